package tally

import (
	"slices"
	"strconv"

	"golang.org/x/perf/benchfmt"
)

// numbers holds measurements in half the memory of float64s: a benchmark prints few
// digits, and those with the place of the point fit into 32 bits. What does not fit is
// kept as it is. The order is lost.
type numbers struct {
	factor float64 // from written to tidied, of all that are packed
	last   []packed
	same   int       // how many more there are of the only one in last
	more   *overflow // nil with most
}

// overflow is what has no place in last.
type overflow struct {
	full   [][]packed // each was last before
	inFull int        // how many stand there
	loose  []float64
}

// written is a number as it stands in a file.
type written struct {
	value  float64
	packed packed
}

// packed is a written number, digits·16 + decimals.
type packed uint32

// unpackable stands for a number that has too many digits: none has 15 decimals.
const unpackable packed = 15

const (
	mostDigits    = 1 << 28 // that fit, exclusively
	packedAtFirst = 5       // -count=10 is customary
	packedInOne   = 40      // up to here last is copied to grow: few files have more
	packedAtMost  = 1024    // in one slice
)

func pack(digits int64, decimals int) packed {
	if digits >= mostDigits || decimals >= int(unpackable) {
		return unpackable
	}
	return packed(digits<<4 | int64(decimals))
}

func (p packed) float() float64 { return float64(p>>4) / powersOfTen[p&15] }

// addRead takes a number in as a Reader gives it; factor is that of its unit. The shortest
// way to write it is most likely how it was written.
func (n *numbers) addRead(v benchfmt.Value, factor float64) {
	value := v.OrigValue
	if v.OrigUnit == "" {
		value, factor = v.Value, 1
	}
	var buffer [32]byte
	if w, ok := decimal(strconv.AppendFloat(buffer[:0], value, 'f', -1, 64)); ok {
		n.add(w, factor)
	} else {
		n.addTidied(v.Value)
	}
}

// addTidied takes a number in that does not fit.
func (n *numbers) addTidied(v float64) {
	n.needMore()
	n.more.loose = append(n.more.loose, v)
}

func (n *numbers) needMore() {
	if n.more == nil {
		n.more = &overflow{}
	}
}

// add takes a number in that has to be multiplied by factor.
func (n *numbers) add(w written, factor float64) {
	if n.factor == 0 {
		n.factor = factor
	}
	if w.packed == unpackable || n.factor != factor {
		n.addTidied(w.value * factor)
		return
	}
	if len(n.last) == 1 && (n.more == nil || n.more.full == nil) {
		if w.packed == n.last[0] { // as allocations mostly are
			n.same++
			return
		}
		for ; n.same > 0; n.same-- {
			n.push(n.last[0])
		}
	}
	n.push(w.packed)
}

func (n *numbers) push(p packed) {
	switch {
	case n.last == nil:
		n.last = make([]packed, 0, packedAtFirst)
	case len(n.last) < cap(n.last):
	case len(n.last) < packedInOne:
		n.last = slices.Grow(n.last, min(len(n.last), packedInOne-len(n.last)))
	default: // copying, all cells at about the same time, would need room for both
		n.needMore()
		n.more.full = append(n.more.full, n.last)
		n.more.inFull += len(n.last)
		n.last = make([]packed, 0, min(max(packedInOne, n.more.inFull/4), packedAtMost))
	}
	n.last = append(n.last, p)
}

func (n *numbers) len() int {
	k := len(n.last) + n.same
	if n.more != nil {
		k += n.more.inFull + len(n.more.loose)
	}
	return k
}

// appendTo appends all of them, tidied.
func (n *numbers) appendTo(v []float64) []float64 {
	v = slices.Grow(v, n.len())
	if n.more != nil {
		v = append(v, n.more.loose...)
		for _, f := range n.more.full {
			v = n.unpack(v, f)
		}
	}
	v = n.unpack(v, n.last)
	for range n.same {
		v = n.unpack(v, n.last)
	}
	return v
}

func (n *numbers) unpack(v []float64, all []packed) []float64 {
	for _, p := range all {
		v = append(v, p.float()*n.factor)
	}
	return v
}
