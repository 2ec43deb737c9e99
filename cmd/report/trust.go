package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// quiet is how far the control may scatter on a machine that is called quiet.
const quiet = 0.02

// steadiness is how one fixed piece of work fared over a run, which tells of the machine.
type steadiness struct {
	n       int
	scatter float64 // median distance from the median, relative to it
	drift   float64 // last third over first third, less 1
	worst   float64 // furthest from the median, relative to it
}

func steady(all []float64) steadiness {
	c := steadiness{n: len(all)}
	if c.n == 0 {
		return c
	}
	var err error
	if c.scatter, err = stat.Scatter(all); err != nil {
		return steadiness{}
	}
	median := stat.Series{Values: all}.Median()
	for _, v := range all {
		c.worst = max(c.worst, math.Abs(v/median-1))
	}
	if third := c.n / 3; third > 0 {
		c.drift = stat.Series{Values: all[c.n-third:]}.Median()/stat.Series{Values: all[:third]}.Median() - 1
	}
	return c
}

// control is what the fixed spin says: whether the machine was quiet.
type control struct{ steadiness }

func (m *model) control() control { return control{steady(m.Study.Controls())} }

// noisy reports whether the machine changed more than differences worth knowing.
func (c control) noisy() bool { return c.scatter > quiet || math.Abs(c.drift) > stat.Margin }

func (c control) brief() string {
	switch {
	case c.n == 0:
		return "none"
	case c.noisy():
		return fmt.Sprintf("noisy: ±%.1f %%, drift %+.1f %%", 100*c.scatter, 100*c.drift)
	}
	return fmt.Sprintf("quiet: ±%.1f %%", 100*c.scatter)
}

// cores is what work that fills a core says: whether a neighbour shared them.
type cores struct{ steadiness }

func (m *model) cores() cores {
	return m.coresFound.Of(struct{}{}, func() cores {
		return cores{steady(m.beside(func(b study.Beside) float64 { return b.Core }))}
	})
}

func (c cores) shared() bool { return c.scatter > study.SharedCore }

// brief is "" if nobody looked.
func (c cores) brief() string {
	switch {
	case c.n == 0:
		return ""
	case c.shared():
		return fmt.Sprintf("shared: ±%.0f %%", 100*c.scatter)
	}
	return fmt.Sprintf("unshared: ±%.1f %%", 100*c.scatter)
}

// trips are the round trips of a cache line just before each sample, in ns.
func (m *model) trips() []float64 {
	return m.beside(func(b study.Beside) float64 { return b.Probe })
}

// beside is one value seen beside each sample, where it was seen.
func (m *model) beside(value func(study.Beside) float64) (all []float64) {
	for _, x := range m.Measured {
		all = append(all, value(x.Beside))
	}
	for _, x := range m.Control {
		all = append(all, value(x.Beside))
	}
	return slices.DeleteFunc(all, func(v float64) bool { return v <= 0 })
}

// enoughCPUs is from how many CPUs on a study may speak of scaling.
const enoughCPUs = 8

// warnings are what a reader of the first screen must know.
func (m *model) warnings() []string {
	w := append([]string{}, m.Machine.Warnings...)
	w = append(w, m.Warnings...)
	if !m.Machine.Complete {
		w = append(w, fmt.Sprintf("The study is not complete: %d of %d rounds.", m.run, m.Machine.Rounds))
	}
	if need := stat.RoundsFor(alpha, 1); m.rounds < need {
		w = append(w, fmt.Sprintf("%s: below %d no interval is bounded and nothing can be significant.", spell.Sentence(spell.Count(m.rounds, "round")), need))
	}
	if n := len(m.Failed); n > 0 {
		w = append(w, fmt.Sprintf("%s failed: see below.", spell.Sentence(spell.Count(n, "sample"))))
	}
	if c := m.control(); c.noisy() {
		w = append(w, "The machine was noisy: the control, a fixed spin, "+strings.TrimPrefix(c.brief(), "noisy: ")+".")
	}
	if m.fewCPUs() {
		w = append(w, fmt.Sprintf("%s: too few to say anything about scaling.", spell.Count(m.full.cpus, "CPU")))
	}
	return w
}

// trust answers whether the run can be trusted.
func (m *model) trust() []fact {
	c := m.control()
	drift := "no control was run"
	if c.n > 0 {
		drift = fmt.Sprintf("%s of a fixed spin: ±%.1f %% (median distance from the median), worst %.1f %%, last third %+.1f %% against the first",
			spell.Count(c.n, "sample"), 100*c.scatter, 100*c.worst, 100*c.drift)
	}
	cells, outliers, samples, correlated := 0, 0, 0, 0
	for _, places := range m.data {
		for _, u := range places {
			s, err := stat.Summarize(u[u.main()].Values, stat.Confidence)
			if err != nil {
				continue // the reader refuses what Summarize does
			}
			cells++
			samples += s.N
			outliers += s.Outliers
			if math.Abs(s.Autocorrelation) > 2/math.Sqrt(float64(s.N)) {
				correlated++
			}
		}
	}
	enough := "too large to be significant"
	if family := int(alpha / stat.SmallestP(m.run)); family > 0 {
		enough = fmt.Sprintf("enough for a family of %d", family)
	}
	facts := []fact{
		{"Rounds", fmt.Sprintf("%s; the smallest p of a paired comparison is 2/2^%d = %.2g, %s", m.roundsOf(), m.run, stat.SmallestP(m.run), enough)},
		{"Control", drift},
		{"Samples", fmt.Sprintf("%d in %d cells (case × CPUs × GOMAXPROCS), %d failed", samples, cells, len(m.Failed))},
		{"Outliers", fmt.Sprintf("%d of %d samples lie beyond 1.5 interquartile ranges from their quartiles; none was removed", outliers, samples)},
		{"Independence", fmt.Sprintf("in %d of %d cells a sample goes with the one before (autocorrelation beyond ±2/√n; chance alone gives about one cell in twenty)", correlated, cells)},
		{"Statistics", "medians with order-statistic intervals as in benchstat; ratios paired by round (signed-rank, Hodges–Lehmann, 95 %), Holm over every variant against the baseline in one situation and unit (Python originals are a family of their own); " +
			"“same” means the whole interval lies within ±3 %, “cannot tell” that it holds both 1 and more than that; “detects” is the smallest slowdown that four in five comparisons as noisy, of as many rounds, find significant in such a family"},
	}
	if trips := slices.Sorted(slices.Values(m.trips())); len(trips) > 0 {
		n := len(trips)
		far, _ := slices.BinarySearch(trips, 2*trips[n/2])
		facts = append(facts, fact{"Probes", fmt.Sprintf("a cache line's round trip between two CPUs, before each of %d samples: median %s, 90 %% below %s, at most %s; in %.1f %% more than twice the median: there the virtual CPUs were far apart, and what both of them write is dearer",
			n, spell.Duration(1e-9*trips[n/2]), spell.Duration(1e-9*trips[n*9/10]), spell.Duration(1e-9*trips[n-1]), 100*float64(n-far)/float64(n))})
	}
	if c := m.cores(); c.n > 0 {
		facts = append(facts, fact{"Cores", fmt.Sprintf("work that fills a core, before each of %d samples: ±%.1f %% (median distance from the median), worst %.0f %%; where it scatters and the control does not, a neighbour uses the core's other hardware thread",
			c.n, 100*c.scatter, 100*c.worst)})
	}
	return append(facts, fact{"Choice", "where the best of several is compared, the choice is made anew in each of 1,000 resamples of the rounds, and the interval takes in what comes out; where two of them cross, each round is compared by who is best in the others, in 2,000"})
}

// failures lists the samples that failed, a row a cell.
func (m *model) failures() table {
	t := table{
		Caption: "Failed samples",
		Head:    []string{"case", "place", "samples", "the last time"},
		Number:  []bool{false, false, true, false},
	}
	listed := map[caseAt]bool{}
	for _, x := range m.Failed {
		c := whereFailed(x)
		if listed[c] {
			continue
		}
		listed[c] = true
		f := m.failed[c]
		t.Rows = append(t.Rows, []cell{code(cmp.Or(c.name, "control")), text(c.at.String()), text(fmt.Sprint(f.n)), text(f.last)})
	}
	return t
}
