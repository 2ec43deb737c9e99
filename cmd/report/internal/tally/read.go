package tally

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"

	"crossover/cmd/report/internal/results"
	"crossover/internal/study"
)

// input is one file of results.
type input struct {
	path, label string
	study       bool // it is a study's, who ends each line
}

// inputs takes arguments apart as benchstat does: LABEL=FILE, and FILE given several
// times is FILE#0, FILE#1. A study's folder stands for its file of samples.
func inputs(args []string) []input {
	times := map[string]int{}
	for _, arg := range args {
		if !strings.Contains(arg, "=") {
			times[arg]++
		}
	}
	turn := map[string]int{}
	var all []input
	for _, arg := range args {
		in := input{path: arg, label: arg}
		if label, path, ok := strings.Cut(arg, "="); ok {
			in = input{path: path, label: label}
		} else if times[arg] > 1 {
			in.label = fmt.Sprintf("%s#%d", arg, turn[arg])
			turn[arg]++
		}
		if study.IsFolder(in.path) {
			in.path, in.study = filepath.Join(in.path, study.RawFile), true
		}
		all = append(all, in)
	}
	return all
}

// Read tallies all files. Lines that cannot be read, and values that are no finite
// number, are told to problem and left out.
func (t *Tally) Read(args []string, problem func(error)) (benchfmt.UnitMetadataMap, error) {
	var reader benchfmt.Reader
	for _, in := range inputs(args) {
		if err := t.readFile(&reader, in, problem); err != nil {
			return nil, err
		}
	}
	return reader.Units(), nil
}

func (t *Tally) readFile(reader *benchfmt.Reader, in input, problem func(error)) error {
	file := os.Stdin
	if in.path != results.Stdin {
		var err error
		if file, err = os.Open(in.path); err != nil {
			return fmt.Errorf("reading results: %w", err)
		}
		defer file.Close()
	}
	defer t.forget() // the memory is needed
	lines := &familiar{tally: t, from: bufio.NewReaderSize(file, 1<<18), whole: in.study}
	reader.Reset(lines, in.path, ".file", in.label)
	for reader.Scan() {
		switch r := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			r.Line = lines.n
			problem(r)
		case *benchfmt.Result:
			if err := results.DropInfinite(r); err != nil {
				problem(fmt.Errorf("%s:%d: %w", in.path, lines.n, err))
			}
			if len(r.Values) > 0 {
				t.add(r)
				lines.open = true
			}
		}
	}
	if err := reader.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", in.path, lines.n, errors.Unwrap(err))
	}
	if lines.torn {
		problem(fmt.Errorf("%s:%d: torn, writing ended in the middle of it: left out", in.path, lines.n))
	}
	return nil
}

// familiar hands lines to a benchfmt.Reader one by one, but for those that it can
// tally itself: results with a name, units and a configuration that were seen before,
// plainly written. Those are nearly all, and cost a third that way.
type familiar struct {
	tally   *Tally
	from    *bufio.Reader
	n       int    // lines read
	open    bool   // the tally has the configuration that holds here
	whole   bool   // only what ends is a line
	torn    bool   // the last one did not
	pending []byte // of the present line, not yet handed on
	values  []written
}

// Read implements io.Reader: a line, or a part of one, at a time.
func (f *familiar) Read(p []byte) (int, error) {
	for len(f.pending) == 0 {
		line, err := f.from.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) { // longer than the Reader takes
			f.pending = line
			f.n++
			break
		}
		if len(line) == 0 {
			return 0, err
		}
		f.n++
		if f.torn = f.whole && err != nil; f.torn {
			return 0, err
		}
		whole := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		switch {
		case bytes.HasPrefix(whole, []byte("Benchmark")):
			if f.open && f.add(whole[len("Benchmark"):]) {
				continue
			}
		case len(whole) == 0 || 'A' <= whole[0] && whole[0] <= 'T' || whole[0] < 'A':
			continue // neither configuration nor Unit, so nothing to a Reader
		default:
			f.open = false
		}
		f.pending = line
	}
	n := copy(p, f.pending)
	f.pending = f.pending[n:]
	return n, nil
}

var _ io.Reader = (*familiar)(nil)

// add tallies a line, without its first word, if it is familiar.
func (f *familiar) add(line []byte) bool {
	name, line := word(line)
	w := f.tally.find(name)
	if w == nil {
		return false
	}
	iterations, line := word(line)
	if !isCount(iterations) {
		return false
	}
	for ; w != nil; w = w.next {
		if f.addTo(w, line) {
			return true
		}
	}
	return false
}

// addTo tallies the values that make up the rest of a line if they are in w's units.
func (f *familiar) addTo(w *route, line []byte) bool {
	f.values = f.values[:0]
	for i := 0; ; i++ {
		var number, unit []byte
		if number, line = word(line); len(number) == 0 {
			if i != len(w.units.written) {
				return false
			}
			break
		}
		unit, line = word(line)
		if i >= len(w.units.written) || string(unit) != w.units.written[i] {
			return false
		}
		v, ok := decimal(number)
		factor := w.units.factor[i]
		if !ok || factor == 0 || v.value == 0 && factor != 1 || v.packed == unpackable && math.IsInf(v.value*factor, 0) {
			return false
		}
		f.values = append(f.values, v)
	}
	for i, c := range w.cells {
		if c != nil {
			c.add(f.values[i], w.units.factor[i])
		}
	}
	return true
}

// isCount reports whether a word is a number of iterations that no reader refuses.
func isCount(s []byte) bool {
	for _, c := range s {
		if c < '0' || '9' < c {
			return false
		}
	}
	return 0 < len(s) && len(s) < 19
}

// word cuts the first word off a line. Names, numbers and units that are compared
// with known ones need no regard for Unicode's blanks.
func word(line []byte) (word, rest []byte) {
	i := 0
	for i < len(line) && line[i] != ' ' && line[i] != '\t' {
		i++
	}
	word, rest = line[:i], line[i:]
	for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
		rest = rest[1:]
	}
	return word, rest
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// decimal reads a number without a sign. Up to fifteen digits, mantissa and power of
// ten are exact, so their quotient is rounded right (Clinger 1990).
func decimal(s []byte) (written, bool) {
	mantissa, digits, point := int64(0), 0, -1
	for i, c := range s {
		switch {
		case '0' <= c && c <= '9' && digits < 15:
			mantissa = 10*mantissa + int64(c-'0')
			digits++
		case c == '.' && point < 0:
			point = i
		case c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-' || '0' <= c && c <= '9':
			v, err := strconv.ParseFloat(string(s), 64)
			return written{v, unpackable}, err == nil && v >= 0
		default:
			return written{}, false
		}
	}
	if digits == 0 {
		return written{}, false
	}
	decimals := 0
	if point >= 0 {
		decimals = len(s) - 1 - point
	}
	return written{float64(mantissa) / powersOfTen[decimals], pack(mantissa, decimals)}, true
}
