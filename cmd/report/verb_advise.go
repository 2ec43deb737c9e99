package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
)

const adviseUsage = `usage: report advise [flags] STUDY
Says what to use, from a study or a file of benchmark results; - is standard input.
  -pattern NAME    of this pattern; all if not given
  -situation TEXT  in this situation, by id, name or words of it; all if not given
  -goal G          throughput (or what decides there), p99, cpu or memory
  -execution E     only what runs as a goroutine, thread or process
  -elsewhere STUDY another study, that is asked whether the advice holds there
  -variants REGEXP in files of results, what matches in a name is the variant
  -json            for programs
Exit status: 0 an answer, 2 bad input, 3 nobody can be advised.
`

// runAdvise is the verb advise.
func runAdvise(args []string, stdout, stderr io.Writer) int {
	var pattern, situation, wanted, execution string
	var asJSON bool
	var how reading
	fs := flag.NewFlagSet("report advise", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&pattern, "pattern", "", "")
	fs.StringVar(&situation, "situation", "", "")
	fs.StringVar(&wanted, "goal", string(throughput), "")
	fs.StringVar(&execution, "execution", "", "")
	how.flags(fs)
	fs.BoolVar(&asJSON, "json", false, "")
	paths, err := parseMixed(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return helped(stdout, stderr, adviseUsage)
	case err != nil:
	case len(paths) == 0:
		err = errors.New("no study given")
	case !slices.Contains(goals, goal(wanted)):
		err = fmt.Errorf("-goal %s: want throughput, p99, cpu or memory", wanted)
	case execution != "" && !slices.Contains([]string{"goroutine", "thread", "process"}, execution):
		err = fmt.Errorf("-execution %s: want goroutine, thread or process", execution)
	}
	if err != nil {
		return misused(stderr, err, adviseUsage)
	}
	m, err := load(paths, how)
	if err != nil {
		return failed(stderr, err)
	}
	sets, err := m.find(pattern, situation)
	if err != nil {
		return failed(stderr, err)
	}
	for _, text := range m.warnings() {
		writeWrapped(stderr, "! ", text, terminalWidth)
	}
	var all []advice
	status := 3
	for _, set := range sets {
		set.goal, set.as = goal(wanted), execution
		a, ok := m.advise(set)
		if a.Use != "" {
			status = 0
		} else if execution != "" && ok {
			a.Why = "nobody that may be advised runs as a " + execution
		}
		all = append(all, a)
	}
	if asJSON {
		err = writeJSON(stdout, all)
	} else {
		out := bufio.NewWriter(stdout)
		for i, a := range all {
			if i > 0 {
				fmt.Fprintln(out)
			}
			a.writeText(out)
		}
		err = out.Flush()
	}
	if err != nil {
		return failed(stderr, err)
	}
	return status
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	return e.Encode(v)
}

// find returns the situations meant by a pattern's name and some words, "" for all.
func (m *model) find(pattern, words string) (sets []setting, err error) {
	var patterns, names []string
	found := false
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		patterns = append(patterns, p.Name)
		if pattern != "" && p.Name != pattern {
			continue
		}
		found = true
		sets = append(sets, m.matching(p, words)...)
		for _, s := range p.Situations {
			names = append(names, fmt.Sprintf("%s (%s)", s.Name, s.ID))
		}
	}
	switch {
	case !found:
		return nil, fmt.Errorf("no pattern %q: the study has %s", pattern, spell.List(patterns))
	case len(names) == 0:
		return nil, errors.New("there is nothing to advise on: the catalog has no situations")
	case len(sets) == 0:
		return nil, fmt.Errorf("no situation %q: there are %s", words, strings.Join(names, "; "))
	}
	return sets, nil
}

// matching are the situations that words mean: the one so called, or all that hold
// every word.
func (m *model) matching(p *catalog.Pattern, words string) (sets []setting) {
	for i := range p.Situations {
		s := &p.Situations[i]
		if strings.EqualFold(words, s.ID) || strings.EqualFold(words, s.Name) {
			return []setting{m.at(p, s)}
		}
		text := simplified(s.ID + " " + s.Name)
		holds := true
		for _, w := range strings.Fields(simplified(words)) {
			holds = holds && strings.Contains(text, w)
		}
		if holds {
			sets = append(sets, m.at(p, s))
		}
	}
	return sets
}

// simplified lets people type "10 us" for "10 µs".
func simplified(s string) string {
	return strings.NewReplacer("µ", "u", "μ", "u", "→", " ", ",", "").Replace(strings.ToLower(s))
}

func (a advice) writeText(w io.Writer) {
	writeWrapped(w, "", spell.Under(a.Pattern, a.Name), terminalWidth)
	if a.Use == "" {
		fmt.Fprintf(w, "  No advice: %s.\n", a.Why)
		for _, c := range a.Caveats {
			writeWrapped(w, "  ", c, terminalWidth)
		}
		return
	}
	fmt.Fprintf(w, "  Use %s (%s): %s %s. Confidence: %s.\n", a.Use, a.Tier, a.Measure, a.Spelled, a.Confidence)
	line := func(name, text string) {
		if text != "" && text != "–" {
			writeWrapped(w, "  "+name+": ", text, terminalWidth)
		}
	}
	line("Why", a.Why)
	line("Fastest", a.Lead)
	line("Flips", a.Flips)
	line("Avoid", a.Avoid)
	for _, o := range a.Elsewhere {
		line("On "+o.Study, string(o.Advice)+": "+o.Words)
	}
	line("Caveats", strings.Join(a.Caveats, "; "))
	line("Code", a.File)
	line("Measured on", a.Machine)
}
