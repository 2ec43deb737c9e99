package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// elsewhere is what further studies say of this one's answers.
type elsewhere struct {
	Studies    table    // a row each, this one's first
	Verdicts   table    // a column each
	Situations table    // a column each
	Fails      []string // where the advice fails, a clause each
}

// Title heads it.
func (*elsewhere) Title() string { return "Does it hold elsewhere?" }

// tellApart labels studies: by their machine, else by their day too, else by their folder.
func tellApart(all []*model) {
	for _, name := range []func(m *model) string{
		func(m *model) string { return m.Machine.CPU + ", " + spell.Count(m.Machine.CPUs, "CPU") },
		func(m *model) string { return m.Machine.Start.Format(time.DateOnly) },
		func(m *model) string { return filepath.ToSlash(m.Dir) },
	} {
		sharing := map[string]int{}
		for _, m := range all {
			sharing[m.label]++
		}
		for _, m := range all {
			if m.label == "" || sharing[m.label] > 1 {
				m.label = strings.TrimPrefix(m.label+", "+name(m), ", ")
			}
		}
	}
}

// askElsewhere asks the other studies. It is nil if there are none.
func (m *model) askElsewhere(verdicts []verdict, all []advice) *elsewhere {
	if len(m.others) == 0 {
		return nil
	}
	return &elsewhere{m.studiesTable(all), m.verdictsElsewhere(verdicts), m.situationsElsewhere(all), failsElsewhere(all)}
}

// studiesTable says where the studies were taken, and how often the advice holds there that
// this one is sure of.
func (m *model) studiesTable(all []advice) table {
	t := table{
		Head:   []string{"Study", "Commit", "Rounds", "Cache line's round trip", "Cores", "Holds", "Fails", "Cannot tell", "Not measured"},
		Number: []bool{false, false, true, true, false, true, true, true, true},
		Notes: []string{"Advice holds if what is advised costs at most 10 % more there than the fastest, with its whole 95 % interval, and fails if all of that lies beyond. " +
			"Counted is the advice that this study is sure of (clear or tie)."},
	}
	here := m.studyRow()
	here[0].Text += " (this one)"
	t.Rows = append(t.Rows, append(here, texts("–", "–", "–", "–")...))
	for i, o := range m.others {
		t.Rows = append(t.Rows, append(o.studyRow(), countHoldings(all, i)...))
	}
	return t
}

// studyRow says where a study was taken.
func (m *model) studyRow() []cell {
	trip := "–"
	if trips := m.trips(); len(trips) > 0 {
		trip = spell.Duration(1e-9 * stat.Series{Values: trips}.Median())
	}
	row := texts(m.label, cmp.Or(commitOf(m.Machine), "unknown"), fmt.Sprint(m.run), trip, cmp.Or(m.cores().brief(), "–"))
	row[0].Title = filepath.ToSlash(m.Dir)
	return row
}

// countHoldings are the numbers of settled advice by what an opinion is of it.
func countHoldings(all []advice, opinion int) (cells []cell) {
	n := map[holding]int{}
	for _, a := range all {
		if a.choice.settled() {
			n[a.Elsewhere[opinion].Advice]++
		}
	}
	for _, h := range []holding{holds, fails, unsure, unmeasured} {
		cells = append(cells, text(fmt.Sprint(n[h])))
	}
	return cells
}

// verdictAt is another study's answer to a verdict's question.
type verdictAt struct {
	Study  string `json:"study"` // its machine
	Answer string `json:"answer"`
}

// answersElsewhere is what each other study answers, in their order: "–" if it is not asked.
func (m *model) answersElsewhere(id string) (all []verdictAt) {
	for _, o := range m.others {
		at := verdictAt{o.label, "–"}
		if i := slices.IndexFunc(o.Catalog.Verdicts, func(v catalog.Verdict) bool { return v.ID == id }); i >= 0 {
			at.Answer = o.verdict(o.Catalog.Verdicts[i]).Headlines[0].Answer
		}
		all = append(all, at)
	}
	return all
}

// verdictsElsewhere sets the answers side by side.
func (m *model) verdictsElsewhere(verdicts []verdict) table {
	t := table{Head: []string{"Question", m.label}}
	for _, o := range m.others {
		t.Head = append(t.Head, o.label)
	}
	for _, v := range verdicts {
		for _, h := range v.Headlines {
			row := texts(v.Question, h.Answer)
			for _, at := range h.Elsewhere {
				row = append(row, text(at.Answer))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// situationsElsewhere says of each situation what following the advice costs there.
func (m *model) situationsElsewhere(all []advice) table {
	t := table{
		Head:  []string{"Situation", "Use", "Confidence"},
		Notes: []string{"What is advised here costs there so many times what the fastest does, with the 95 % interval; then whom that study would advise, if it is another. ✓ holds, ✗ fails, ? cannot tell."},
	}
	for _, o := range m.others {
		t.Head = append(t.Head, o.label)
	}
	marks := map[holding]cell{holds: {Text: "✓ ", Tone: "good"}, fails: {Text: "✗ ", Tone: "bad"}, unsure: {Text: "? ", Tone: "doubt"}}
	for _, a := range all {
		if a.Use == "" {
			continue
		}
		row := []cell{text(spell.Under(a.Pattern, a.Name)), code(a.Use), text(a.Confidence)}
		for _, o := range a.Elsewhere {
			c := marks[o.Advice]
			c.Text, c.Title = c.Text+o.Words, o.Confidence
			row = append(row, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// failsElsewhere lists the advice that fails somewhere.
func failsElsewhere(all []advice) (out []string) {
	for _, a := range all {
		for _, o := range a.Elsewhere {
			if o.Advice != fails {
				continue
			}
			words := o.Words
			if o.Over != nil {
				words = "costs " + words
			}
			said := fmt.Sprintf("%s, on %s: %s %s", spell.Under(a.Pattern, a.Name), o.Study, a.Use, words)
			if !a.choice.settled() {
				said += " (here: " + a.Confidence + ")"
			}
			out = append(out, said)
		}
	}
	return out
}
