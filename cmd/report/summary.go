package main

import (
	"bytes"
	"math"
	"strings"
	"time"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// summary is summary.json: what the page says, for programs.
type summary struct {
	Title     string            `json:"title"`
	Machine   map[string]string `json:"machine"`
	Warnings  []string          `json:"warnings"`
	Verdicts  []summaryVerdict  `json:"verdicts"`
	Decisions []advice          `json:"decisions"` // of every goal
	Cells     []summaryCell     `json:"cells"`
	SelfTest  *summarySelfTest  `json:"self_test,omitempty"`
}

type summaryVerdict struct {
	Question  string      `json:"question"`
	Answer    string      `json:"answer"`
	Sentence  string      `json:"sentence"`
	More      []string    `json:"more,omitempty"`
	Elsewhere []verdictAt `json:"elsewhere,omitempty"`
}

// summarySelfTest is the self-test that goes with the study.
type summarySelfTest struct {
	Folder  string                `json:"folder"`
	Date    string                `json:"date"`
	Commit  string                `json:"commit"`
	Rule    string                `json:"rule"`
	Differs []string              `json:"differs,omitempty"` // its machine from the study's
	Figures []study.SelfTestShare `json:"figures"`
	Power   []study.SelfTestPower `json:"power"`
	Meaning []string              `json:"meaning"` // for this study, a sentence each
	Missed  []string              `json:"missed,omitempty"`
}

// summaryCell is one entrant in one situation and unit, at the point of decision.
type summaryCell struct {
	Pattern   string      `json:"pattern"`
	Situation string      `json:"situation"`
	Impl      string      `json:"impl"`
	As        string      `json:"as"`
	Advisable bool        `json:"advisable"`
	Unit      string      `json:"unit"` // tidied: seconds, not nanoseconds
	N         int         `json:"n"`
	Median    jsonNumber  `json:"median"`
	Lo        *jsonNumber `json:"lo,omitempty"`
	Hi        *jsonNumber `json:"hi,omitempty"`
	MAD       jsonNumber  `json:"mad"`
	Outliers  int         `json:"outliers"`
	Baseline  bool        `json:"baseline,omitempty"`
	Ratio     *jsonRatio  `json:"over_baseline,omitempty"`
}

func (m *model) summary(p *page) ([]byte, error) {
	s := summary{Title: p.Title, Machine: map[string]string{}, Warnings: p.Warnings}
	for _, f := range p.Strip {
		s.Machine[f.Name] = f.Value
	}
	for _, v := range p.Verdicts {
		said := summaryVerdict{
			Question: v.Question,
			Answer:   v.joined(". ", func(h headline) string { return h.Answer }),
			Sentence: v.joined(" ", func(h headline) string { return h.Sentence }),
			More:     v.More,
		}
		for i, o := range m.others {
			said.Elsewhere = append(said.Elsewhere, verdictAt{o.label, v.joined(". ", func(h headline) string { return h.Elsewhere[i].Answer })})
		}
		s.Verdicts = append(s.Verdicts, said)
	}
	for _, g := range p.Goals {
		s.Decisions = append(s.Decisions, g.all...)
	}
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		for j := range p.Situations {
			s.Cells = append(s.Cells, m.summaryCells(m.at(p, &p.Situations[j]))...)
		}
	}
	if t := m.selfTest; t != nil {
		s.SelfTest = &summarySelfTest{
			Folder: p.SelfTest.Folder, Date: t.Machine.Start.Format(time.DateOnly), Commit: t.Machine.Commit, Rule: t.Rule,
			Differs: t.differs(m.Machine), Figures: t.Figures, Power: t.Power, Meaning: t.meaning(m.rounds), Missed: p.SelfTest.Missed,
		}
	}
	var b bytes.Buffer
	err := writeJSON(&b, s)
	return b.Bytes(), err
}

// joined is what each headline says.
func (v verdict) joined(sep string, say func(headline) string) string {
	var all []string
	for _, h := range v.Headlines {
		all = append(all, say(h))
	}
	return strings.Join(all, sep)
}

func (m *model) summaryCells(set setting) (cells []summaryCell) {
	field := m.field(set)
	if len(field) == 0 {
		return nil
	}
	base := baseline(set.pattern, field)
	all := against(field, base)
	for i, c := range field {
		x, err := stat.Summarize(c.values().Values, stat.Confidence)
		if err != nil {
			continue // the reader refuses what Summarize does
		}
		cell := summaryCell{
			Pattern: set.pattern.Name, Situation: set.situation.ID, Impl: c.impl, As: c.as, Advisable: c.eligible,
			Unit: c.unit, N: x.N, Median: jsonNumber(x.Center), MAD: jsonNumber(x.MAD), Outliers: x.Outliers, Baseline: i == base, Ratio: ratioJSON(all[i]),
		}
		if !math.IsInf(x.Lo, 0) && !math.IsInf(x.Hi, 0) {
			cell.Lo, cell.Hi = (*jsonNumber)(&x.Lo), (*jsonNumber)(&x.Hi)
		}
		cells = append(cells, cell)
	}
	return cells
}
