package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/parallel"
	"crossover/internal/study"
)

// page is the report before it is set as HTML, Markdown or terminal text.
type page struct {
	Title      string
	Strip      []fact
	Warnings   []string // each stands on the first screen
	Verdicts   []verdict
	Goals      []goalTable // throughput first
	Elsewhere  *elsewhere  // nil if no other study was given
	Patterns   []section
	Yardsticks table // of the best against floors, libraries and originals
	Trust      []fact
	SelfTest   *selfTestPart
	Order      []figure // of run, with the control
	Failures   table
	Reproduce  []fact
	Files      []string // of data beside the page

	drawn map[string][]byte // charts by name
}

type fact struct{ Name, Value string }

// Decisions is the table for the first goal.
func (p *page) Decisions() table { return p.Goals[0].Table }

// section is one pattern's part of the page.
type section struct {
	Name, Question, Original string
	Answers                  []string // a line a situation
	Main                     *figure  // the chart to look at first
	Situations               []block
	Guarantees               table
	Variants                 table
	Silent                   []string // what this does not show
}

// block is one situation's part of a section.
type block struct {
	ID, Name, Note string
	Figures        []figure // the main one left out
	Table          table
	Units          table // what does not fit into Table
}

// Figures are all charts of a section.
func (s section) Figures() (all []figure) {
	if s.Main != nil {
		all = append(all, *s.Main)
	}
	for _, b := range s.Situations {
		all = append(all, b.Figures...)
	}
	return all
}

// newPage lays out the whole report. link turns a file of the repository into a
// link, or "".
func newPage(m *model, link func(file string) string) *page {
	p := &page{
		Title:      strings.TrimSuffix(m.Machine.CPU+", "+place{cpus: m.full.cpus}.String(), ", "),
		Strip:      m.strip(),
		Warnings:   m.warnings(),
		Verdicts:   m.verdicts(),
		Goals:      m.decisions(),
		Yardsticks: m.yardsticks(),
		Trust:      m.trust(),
		Order:      m.orderFigures(),
		Failures:   m.failures(),
		Reproduce:  m.reproduce(),
		Files:      []string{study.RawFile, study.SamplesFile, study.CatalogFile, study.MachineFile},
	}
	if m.foreign != nil { // one machine measures many projects
		p.Title = spell.Some(m.files) + ", " + p.Title
		p.Files = nil
	}
	p.Elsewhere = m.askElsewhere(p.Verdicts, p.Goals[0].all)
	p.Patterns, _ = parallel.Map(m.Catalog.Patterns, func(q *catalog.Pattern) (section, error) { return m.section(q, link), nil })
	return p
}

func (m *model) section(p *catalog.Pattern, link func(file string) string) section {
	out := section{
		Name: p.Name, Question: p.Question, Original: p.Original,
		Guarantees: guaranteeTable(p), Variants: variantTable(p, link), Silent: m.silent(p),
	}
	if m.foreign != nil { // nobody says anything of them
		out.Variants = table{}
	}
	for i := range p.Situations {
		s := &p.Situations[i]
		b := block{ID: s.ID, Name: s.Name, Note: s.Note, Figures: m.figures(p, s)}
		if c, ok := choose(m.field(m.at(p, s))); ok {
			out.Answers = append(out.Answers, fmt.Sprintf("%s: %v (%s: %s; %s)",
				s.Name, c.use.entrant, c.use.title(p.Op), c.use.spell(c.use.cost().Median()), c.confidence))
		}
		b.Table, _ = m.comparisonTable(p, s)
		b.Units = m.unitsTable(p, s)
		if out.Main == nil && len(b.Figures) > 0 {
			main := 0
			for j, f := range b.Figures {
				if strings.HasPrefix(f.Name, figureName(s, "cost")) { // it shows most
					main = j
					break
				}
			}
			out.Main = &b.Figures[main]
			b.Figures = append(b.Figures[:main:main], b.Figures[main+1:]...)
		}
		if len(b.Figures)+len(b.Table.Rows) > 0 {
			out.Situations = append(out.Situations, b)
		}
	}
	return out
}

// silent says what a pattern's part does not show.
func (m *model) silent(p *catalog.Pattern) (out []string) {
	if m.fewCPUs() {
		out = append(out, fmt.Sprintf("How anything scales: %s.", spell.Count(m.full.cpus, "CPU")))
	}
	if m.Machine.Virtual {
		out = append(out, "Absolute times of other machines: this one is virtual, and its times drift; ratios from one study travel better.")
	}
	var fixed, unmeasured, nolatency []string
	for i := range p.Situations {
		s := &p.Situations[i]
		set := m.at(p, s)
		if len(m.places(p, s)) == 0 {
			unmeasured = append(unmeasured, s.Name)
			continue
		}
		if len(m.axis(p, s)) < 2 {
			fixed = append(fixed, s.Name)
		}
		set.goal = tail
		if _, ok := m.measureOf(set); !ok {
			nolatency = append(nolatency, s.Name)
		}
	}
	if len(fixed) > 0 {
		out = append(out, "Other points than the one named, in: "+strings.Join(fixed, "; ")+".")
	}
	if len(nolatency) > 0 {
		out = append(out, "How long single operations take (percentiles), in: "+strings.Join(nolatency, "; ")+".")
	}
	if len(unmeasured) > 0 {
		out = append(out, "Anything about: "+strings.Join(unmeasured, "; ")+", not measured in this study.")
	}
	return append(out, "What else your program does at the same time: caches, garbage and CPUs were the case's own.")
}

func (m *model) strip() []fact {
	x := m.Machine
	procs := map[int]bool{}
	var seen []string
	for _, s := range m.Measured {
		procs[s.GOMAXPROCS] = true
	}
	for _, n := range slices.Sorted(maps.Keys(procs)) {
		seen = append(seen, fmt.Sprint(n))
	}
	commit := commitOf(x)
	if commit == "" && m.foreign == nil {
		commit = "unknown"
	}
	cpu := x.CPU
	if x.Virtual {
		cpu += " (virtual)"
	}
	facts := []fact{
		{"CPU", cpu},
		{"CPUs", stated(m.full.cpus) + m.onCores(", hardware threads of %s")},
		{"GOMAXPROCS", strings.Join(seen, ", ")},
		{"Quota", x.Quota},
		{"System", strings.Trim(strings.TrimSpace(x.OS+"/"+x.Arch+" "+x.Kernel), "/")},
		{"Go", x.Go},
		{"Commit", commit},
		{"Rounds", m.roundsOf()},
		{"Took", span(x.Start, x.End)},
		{"Control", m.control().brief()},
		{"Cores", m.cores().brief()},
		{"Self-test", m.selfTestBrief()},
	}
	kept := facts[:0]
	for _, f := range facts {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

// stated spells a number that files of results do not always give.
func stated(n int) string {
	if n == 0 {
		return "not stated"
	}
	return fmt.Sprint(n)
}

// commitOf is short, and says if there were changes on top.
func commitOf(x study.Machine) string {
	commit := x.Commit
	if len(commit) > 12 {
		commit = commit[:12]
	}
	if x.Dirty {
		commit += " + changes"
	}
	return commit
}

// roundsOf is the number of rounds, of those planned if there was a plan.
func (m *model) roundsOf() string {
	if m.foreign != nil {
		return fmt.Sprintf("up to %s each", spell.Count(m.rounds, "sample"))
	}
	return fmt.Sprintf("%d of %d", m.run, m.Machine.Rounds)
}

func span(start, end time.Time) string {
	if start.IsZero() || !end.After(start) {
		return ""
	}
	return end.Sub(start).Round(time.Second).String()
}

// reproduce says how to run the study again.
func (m *model) reproduce() []fact {
	if m.foreign != nil {
		return []fact{{"Tables", "go run ./cmd/report table FILE"}, {"The same by benchstat", "go tool benchstat FILE"}}
	}
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
