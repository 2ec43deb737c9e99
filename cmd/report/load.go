package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// load reads what is to be reported: studies, or one or more files of results, in whose names
// variants tells the variants apart unless it is nil.
func load(paths []string, variants *regexp.Regexp) (*model, error) {
	folders := 0
	for i, path := range paths {
		if slices.Contains(paths[:i], path) {
			return nil, fmt.Errorf("%s is given twice", path)
		}
		if study.IsFolder(path) {
			folders++
		}
	}
	switch {
	case folders > 0 && variants != nil:
		return nil, errors.New("-variants is for files of results: a study says itself what its variants are")
	case folders == len(paths):
		return loadStudies(paths)
	case folders == 0:
		return loadForeign(paths, variants)
	}
	return nil, fmt.Errorf("studies and files of results do not go into one report: got %s", spell.List(paths))
}

// loadStudies reads studies of one machine. The first is the report's; the others add
// the patterns that it lacks.
func loadStudies(paths []string) (*model, error) {
	first, err := study.Read(paths[0])
	if err != nil {
		return nil, err
	}
	run := lastRound(first)
	for _, path := range paths[1:] {
		s, err := study.Read(path)
		if err != nil {
			return nil, err
		}
		if a, b := first.Machine, s.Machine; a.CPU != b.CPU || a.CPUs != b.CPUs {
			return nil, fmt.Errorf("%s is of another machine (%s, %s) than %s (%s, %s): a report is of one; to compare them: report compare",
				path, b.CPU, spell.Count(b.CPUs, "CPU"), paths[0], a.CPU, spell.Count(a.CPUs, "CPU"))
		}
		join(first, s)
	}
	m := newModel(first)
	m.dirs, m.run = paths, run
	m.addHistograms()
	return m, nil
}

// join adds to a study the patterns of another that it has not, with their samples.
func join(first, s *study.Study) {
	joined := map[string]bool{}
	for _, p := range s.Catalog.Patterns {
		if slices.ContainsFunc(first.Catalog.Patterns, func(q catalog.Pattern) bool { return q.Name == p.Name }) {
			first.Warnings = append(first.Warnings, fmt.Sprintf("%s is in %s too: shown is what %s says; to set them side by side: report compare.", p.Name, s.Dir, first.Dir))
			continue
		}
		first.Catalog.Patterns = append(first.Catalog.Patterns, p)
		for _, c := range p.Cases {
			joined[c.Name] = true
		}
		for _, f := range p.Floors {
			joined[f.Name] = true
		}
	}
	if len(joined) == 0 {
		return
	}
	for _, x := range s.Measured {
		if joined[x.Case] {
			first.Measured = append(first.Measured, x)
		}
	}
	for _, x := range s.Failed {
		if joined[x.Case] {
			first.Failed = append(first.Failed, x)
		}
	}
	first.Control = append(first.Control, s.Control...)
	first.Warnings = append(append(first.Warnings, s.Warnings...), s.Machine.Warnings...)
	if !s.Machine.Complete {
		first.Warnings = append(first.Warnings, fmt.Sprintf("%s is not complete: %d of %d rounds.", s.Dir, lastRound(s), s.Machine.Rounds))
	}
	for k, u := range s.Units {
		first.Units[k] = u
	}
	known := map[string]bool{}
	for _, v := range first.Catalog.Verdicts {
		known[v.ID] = true
	}
	for _, v := range s.Catalog.Verdicts {
		whole := !known[v.ID]
		for _, id := range v.Situations {
			whole = whole && hasSituation(first.Catalog, id)
		}
		if whole {
			first.Catalog.Verdicts = append(first.Catalog.Verdicts, v)
		}
	}
}

// lastRound is the number of the last round with a sample.
func lastRound(s *study.Study) (last int) {
	for _, x := range s.Measured {
		last = max(last, x.Round)
	}
	return last
}

func hasSituation(c *catalog.Catalog, id string) bool {
	for _, p := range c.Patterns {
		if slices.ContainsFunc(p.Situations, func(s catalog.Situation) bool { return s.ID == id }) {
			return true
		}
	}
	return false
}
