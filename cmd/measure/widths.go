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

// width is how well a cell is known: the half-width of the 95 % interval of its ratio
// to the baseline of its group, as a factor above 1.
type width struct {
	cell  cell
	ratio float64
}

// widths returns those of all cells that have a baseline to compare with, and the
// widest. A cell that failed has none.
func widths(cells []cell, values []series) (all []width, widest width) {
	baseline := map[string]int{}
	for i, c := range cells {
		if c.baseline && !c.control && !c.floor {
			baseline[c.group] = i
		}
	}
	for i, c := range cells {
		b, ok := baseline[c.group]
		if !ok || c.baseline || c.control || c.floor {
			continue
		}
		old, new := paired(values[b], values[i])
		r, err := stat.PairedRatio(old, new, 0.95)
		if err != nil {
			continue
		}
		w := width{c, r.HalfWidth()}
		all = append(all, w)
		if w.ratio > widest.ratio {
			widest = w
		}
	}
	return all, widest
}

// progressOf says how many of the intervals are within the half-width asked for.
func progressOf(all []width, widest width, until float64) (done bool, note string) {
	within := 0
	for _, w := range all {
		if w.ratio-1 <= until {
			within++
		}
	}
	note = fmt.Sprintf("%d of %d ratios are known to ±%.3g %%", within, len(all), 100*until)
	if within < len(all) {
		note += fmt.Sprintf(", the widest is ±%.3g %%: %v", 100*(widest.ratio-1), widest.cell)
	}
	return within == len(all), note
}
