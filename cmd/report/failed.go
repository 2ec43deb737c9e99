package main

import (
	"fmt"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/study"
)

// failing is how often a case failed in one place. A benchmark checks its own answer, so
// whoever failed once is shown for reference at most: a wrong answer is never fast.
type failing struct {
	n    int
	last string // what it said the last time
}

// caseAt is a case in one place; the control's name is "".
type caseAt struct {
	name string
	at   place
}

func whereFailed(x study.Sample) caseAt { return caseAt{x.Case, place{x.CPUs, x.GOMAXPROCS, x.Pin}} }

// failings counts the failed samples.
func failings(samples []study.Sample) map[caseAt]failing {
	all := map[caseAt]failing{}
	for _, x := range samples {
		all[whereFailed(x)] = failing{all[whereFailed(x)].n + 1, x.Error}
	}
	return all
}

// casualty is an entrant of a setting that failed there.
type casualty struct {
	entrant
	failing
	of int // samples
}

// casualties are those who failed in a setting, whether or not other samples of theirs
// did well.
func (m *model) casualties(s setting) (all []casualty) {
	for _, c := range m.cases(s) {
		f := m.failed[caseAt{c.Name, s.place}]
		if f.n == 0 || s.as != "" && c.Keys["as"] != s.as {
			continue
		}
		u := m.data[c.Name][s.place]
		all = append(all, casualty{entrant{c.Keys["impl"], c.Keys["as"]}, f, f.n + len(u[u.main()].Values)})
	}
	return all
}

func (c casualty) String() string {
	said, _, _ := strings.Cut(strings.TrimSpace(c.last), "\n")
	return fmt.Sprintf("%v failed in %d of %s and is not advised: %s", c.entrant, c.n, spell.Count(c.of, "sample"), said)
}

// fallen names those who failed, as a clause; "" if nobody did.
func fallen(all []casualty) string {
	var names []string
	for _, c := range all {
		names = append(names, c.entrant.String())
	}
	if len(names) == 0 {
		return ""
	}
	return "; " + spell.Some(names) + " failed"
}
