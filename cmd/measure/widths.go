package main

import (
	"fmt"
	"math"

	"crossover/internal/stat"
)

// A series is the values of one cell by round, NaN where there is none.
type series []float64

// record puts a value at a round, from 1.
func (s *series) record(round int, v float64) {
	for len(*s) < round {
		*s = append(*s, math.NaN())
	}
	(*s)[round-1] = v
}

// paired are the values of the rounds that both have.
func paired(a, b series) (x, y []float64) {
	for i := range min(len(a), len(b)) {
		if !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			x, y = append(x, a[i]), append(y, b[i])
		}
	}
	return x, y
}

// width is how well a cell is known: the half-width of a 95 % interval, as a factor
// above 1.
type width struct {
	cell  cell
	ratio float64
}

// widths returns those of all cells, and the widest: of the ratio to the baseline of
// its group, or to the group's first where that has no baseline; of the median for a
// cell that is alone. Floors, the control and cells that failed have none.
func widths(cells []cell, values []series) (all []width, widest width) {
	reference, members := map[string]int{}, map[string]int{}
	for i, c := range cells {
		if c.control || c.floor || len(values[i]) == 0 {
			continue
		}
		if members[c.group]++; members[c.group] == 1 || c.baseline {
			reference[c.group] = i
		}
	}
	for i, c := range cells {
		of, ok := reference[c.group]
		if !ok || c.control || c.floor || of == i && members[c.group] > 1 {
			continue
		}
		w, err := halfWidth(values[of], values[i], of == i)
		if err != nil {
			continue
		}
		all = append(all, width{c, w})
		if w > widest.ratio {
			widest = width{c, w}
		}
	}
	return all, widest
}

// halfWidth is that of the ratio of both, or of the median of the second alone.
func halfWidth(a, b series, alone bool) (float64, error) {
	old, new := paired(a, b)
	if alone {
		m, err := stat.Summarize(new, 0.95)
		if err != nil || !(m.Lo > 0) {
			return math.Inf(1), err
		}
		return math.Sqrt(m.Hi / m.Lo), nil
	}
	r, err := stat.PairedRatio(old, new, 0.95)
	return r.HalfWidth(), err
}

// progressOf says how many of the intervals are within the half-width asked for.
func progressOf(all []width, widest width, until float64) (done bool, note string) {
	within := 0
	for _, w := range all {
		if w.ratio-1 <= until {
			within++
		}
	}
	note = fmt.Sprintf("%d of %d costs are known to ±%.3g %%", within, len(all), 100*until)
	switch {
	case within == len(all):
	case math.IsInf(widest.ratio, 1):
		note += fmt.Sprintf(", at least one has no interval yet: %v", widest.cell)
	default:
		note += fmt.Sprintf(", the widest is ±%.3g %%: %v", 100*(widest.ratio-1), widest.cell)
	}
	return within == len(all), note
}
