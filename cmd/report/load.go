package main

import (
	"errors"
	"flag"
	"fmt"
	"regexp"
	"slices"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// reading is how what is reported is read.
type reading struct {
	variants  *regexp.Regexp // in names of files of results: tells the variants apart; nil leaves that to a guess
	elsewhere []string       // studies that are asked for their opinion
}

// flags defines the flags of reading.
func (r *reading) flags(fs *flag.FlagSet) {
	fs.Func("variants", "", func(s string) (err error) {
		r.variants, err = regexp.Compile(s)
		return err
	})
	fs.Func("elsewhere", "", func(s string) error {
		r.elsewhere = append(r.elsewhere, s)
		return nil
	})
}

// load reads what is to be reported: studies, or one or more files of results.
func load(paths []string, how reading) (*model, error) {
	given := slices.Concat(paths, how.elsewhere)
	for i, path := range given {
		if slices.Contains(given[:i], path) {
			return nil, fmt.Errorf("%s is given twice", path)
		}
	}
	folders := 0
	for _, path := range paths {
		if study.IsFolder(path) {
			folders++
		}
	}
	switch {
	case folders > 0 && how.variants != nil:
		return nil, errors.New("-variants is for files of results: a study says itself what its variants are")
	case folders < len(paths) && len(how.elsewhere) > 0:
		return nil, errors.New("-elsewhere is for studies: files of results do not say what their situations are")
	case folders == len(paths):
		return loadStudies(paths, how.elsewhere)
	case folders == 0:
		return loadForeign(paths, how.variants)
	}
	return nil, fmt.Errorf("studies and files of results do not go into one report: got %s", spell.List(paths))
}

// loadStudies reads studies of one machine. The first is the report's; the others add
// the patterns that it lacks. Those elsewhere are asked for their opinion.
func loadStudies(paths, elsewhere []string) (*model, error) {
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
			return nil, fmt.Errorf("%s is of another machine (%s, %s) than %s (%s, %s): a report is of one; to ask the other whether it agrees: -elsewhere %[1]s",
				path, b.CPU, spell.Count(b.CPUs, "CPU"), paths[0], a.CPU, spell.Count(a.CPUs, "CPU"))
		}
		join(first, s)
	}
	m := newModel(first)
	m.dirs, m.run = paths, run
	m.addHistograms()
	for _, path := range elsewhere {
		s, err := study.Read(path)
		if err != nil {
			return nil, fmt.Errorf("-elsewhere: %w", err)
		}
		m.others = append(m.others, newModel(s))
	}
	tellApart(append([]*model{m}, m.others...))
	return m, nil
}

// join adds to a study the patterns of another that it has not, with their samples.
func join(first, s *study.Study) {
	joined := map[string]bool{}
	var both []string
	for _, p := range s.Catalog.Patterns {
		if hasPattern(first.Catalog, p.Name) {
			both = append(both, p.Name)
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
	if len(both) > 0 {
		first.Warnings = append(first.Warnings, fmt.Sprintf("%s: in %s too, and shown is what %s says. To ask the other whether it agrees: -elsewhere %[2]s.", spell.Some(both), s.Dir, first.Dir))
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

func hasPattern(c *catalog.Catalog, name string) bool {
	return slices.ContainsFunc(c.Patterns, func(p catalog.Pattern) bool { return p.Name == name })
}

func hasSituation(c *catalog.Catalog, id string) bool {
	for _, p := range c.Patterns {
		if slices.ContainsFunc(p.Situations, func(s catalog.Situation) bool { return s.ID == id }) {
			return true
		}
	}
	return false
}
