package main

import (
	"fmt"
	"strings"
	"time"

	"crossover/internal/catalog"
)

// page is the report before it is set as HTML, Markdown or terminal text.
type page struct {
	Title     string
	Strip     []fact
	Warnings  []string // each stands on the first screen
	Verdicts  []verdict
	Decisions table
	Patterns  []section
	Trust     []fact
	Failures  table
	Reproduce []fact
}

type fact struct{ Name, Value string }

// section is one pattern's part of the page.
type section struct {
	Name, Question, Original string
	Answers                  []string // a line a situation
	Figures                  []figure
	Tables                   []table
	Variants                 table
}

// newPage lays out the whole report. link turns a file of the repository into a
// link, or "".
func newPage(m *model, link func(file string) string) *page {
	p := &page{
		Title:     fmt.Sprintf("%s, %s", m.Machine.CPU, count(m.full.cpus, "CPU")),
		Strip:     m.strip(),
		Warnings:  m.warnings(),
		Decisions: m.decisions(),
		Trust:     m.trust(),
		Failures:  m.failures(),
		Reproduce: m.reproduce(),
	}
	for _, v := range m.Catalog.Verdicts {
		p.Verdicts = append(p.Verdicts, m.verdict(v))
	}
	for i := range m.Catalog.Patterns {
		p.Patterns = append(p.Patterns, m.section(&m.Catalog.Patterns[i], link))
	}
	return p
}

func (m *model) section(p *catalog.Pattern, link func(file string) string) section {
	out := section{Name: p.Name, Question: p.Question, Original: p.Original, Figures: m.figures(p), Variants: variantTable(p, link)}
	for i := range p.Situations {
		s := &p.Situations[i]
		if c, ok := choose(m.field(m.at(p, s))); ok {
			out.Answers = append(out.Answers, fmt.Sprintf("%s: %v (%s: %s; %s)",
				s.Name, c.use.entrant, c.use.title(p.Op), c.use.spell(c.use.cost().median()), c.confidence))
		}
		if t, ok := m.comparisonTable(p, s); ok {
			out.Tables = append(out.Tables, t)
		}
	}
	return out
}

func (m *model) strip() []fact {
	x := m.Machine
	procs := map[int]bool{}
	var seen []string
	for _, s := range m.Measured {
		if !procs[s.GOMAXPROCS] {
			procs[s.GOMAXPROCS] = true
		}
	}
	for n := 1; len(seen) < len(procs); n++ {
		if procs[n] {
			seen = append(seen, fmt.Sprint(n))
		}
	}
	commit := x.Commit
	if len(commit) > 12 {
		commit = commit[:12]
	}
	if x.Dirty {
		commit += " + changes"
	}
	if commit == "" {
		commit = "unknown"
	}
	cpu := x.CPU
	if x.Virtual {
		cpu += " (virtual)"
	}
	facts := []fact{
		{"CPU", cpu},
		{"CPUs", fmt.Sprintf("%d", m.full.cpus)},
		{"GOMAXPROCS", strings.Join(seen, ", ")},
		{"Quota", x.Quota},
		{"System", strings.TrimSpace(x.OS + "/" + x.Arch + " " + x.Kernel)},
		{"Go", x.Go},
		{"Commit", commit},
		{"Rounds", fmt.Sprintf("%d of %d", m.rounds(), x.Rounds)},
		{"Took", span(x.Start, x.End)},
		{"Control", m.control().brief()},
	}
	kept := facts[:0]
	for _, f := range facts {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

func span(start, end time.Time) string {
	if start.IsZero() || !end.After(start) {
		return ""
	}
	return end.Sub(start).Round(time.Second).String()
}

// reproduce says how to run the study again.
func (m *model) reproduce() []fact {
	command := "go run ./cmd/" + m.Machine.Command
	if !strings.Contains(command, "-seed") {
		command += fmt.Sprintf(" -seed=%d", m.Machine.Seed)
	}
	return []fact{
		{"Measure", command},
		{"Report", "go run ./cmd/report STUDY"},
		{"Raw data", "go tool benchstat -col /impl raw.txt"},
	}
}
