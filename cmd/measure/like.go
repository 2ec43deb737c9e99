package main

import (
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// Seeking the numbers of operations takes as long as two rounds, a quarter of a short
// study. Another study of the same cases has found them already, and has seen to it that
// they are large enough for what happens once per sample not to show. What is left to do is
// to see that a sample takes as long here as there, and the first one of a cell tells.

// borrow has the cells take over the numbers of operations of another study, and returns
// how many do. Cells that were timed there for less than is asked for here do not, nor do
// those whose capacity others are offered a share of: it has to be known first.
func (p *plan) borrow(from []study.Fixed) int {
	capacities := map[int]bool{}
	for _, c := range p.cells {
		capacities[c.capacity] = true
	}
	cells := p.index()
	for _, f := range from {
		i, ok := cells[cellKey{f.Case, place{pair{f.CPUs, f.GOMAXPROCS}, f.Pin}}]
		if !ok || capacities[i] {
			continue
		}
		c := &p.cells[i]
		c.like = study.Fixed{}
		enough := f.Timed() >= c.target/2 || f.N >= clamp(*c, catalog.MostN)
		if f.Error == "" && enough {
			c.like = f
			c.like.N, c.like.Borrowed = clamp(*c, float64(f.N)), true
		}
	}
	n := 0
	for _, i := range cells {
		if p.cells[i].like.N > 0 {
			n++
		}
	}
	return n
}

// A borrowed N is fitted where a sample takes so many times as long as it should, or as
// short; and so often at most, as a sample may have been held up.
const (
	mostApart = 1.5
	mostFits  = 2
)

// fit returns what a sample of cell i, whose N is borrowed, would be if it took as long as
// where that comes from, or as it should where it could not there; nil if it does about
// that, or may have no other N.
func (s *session) fit(i int, got *sample) *sample {
	apart := func(a, b float64) bool { return a > mostApart*b || b > mostApart*a }
	n, took := float64(got.N), float64(got.Timed())
	aim := max(float64(s.cells[i].n)*s.cells[i].nsPerOp, float64(s.plan.cells[i].target))
	fitting := clamp(s.plan.cells[i], n*aim/took)
	if !apart(took, aim) || !apart(float64(fitting), n) {
		return nil
	}
	return got.of(fitting)
}
