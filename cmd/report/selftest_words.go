package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/study"
)

// selfTestPart is the page's part about the self-test that goes with the study.
type selfTestPart struct {
	Folder, Link   string   // "" if there is none
	Text           []string // what it means for this study, or how to make one
	Missed         []string // what to take from each figure that missed its target
	Figures, Power table
}

// selfTestPart is nil for results that this instrument did not measure. out is where
// the page goes.
func (m *model) selfTestPart(out string) *selfTestPart {
	s := m.selfTest
	switch {
	case m.foreign != nil:
		return nil
	case s == nil:
		return &selfTestPart{Text: []string{"None was found beside this study, so what its intervals and warnings are worth on this machine is taken on trust. To make one: " + makeSelfTest}}
	}
	p := &selfTestPart{Folder: filepath.Base(s.dir), Link: besideLink(out, filepath.Join(s.dir, study.SelfTestPage)), Text: []string{s.made()}}
	if d := s.differs(m.Machine); len(d) > 0 {
		p.Text = append(p.Text, "It was made elsewhere ("+strings.Join(d, "; ")+") and says little about the machine of this study.")
	}
	p.Text = append(p.Text, s.meaning(m.rounds)...)
	for _, f := range s.Figures {
		if f.Missed() {
			p.Missed = append(p.Missed, lesson(f))
		}
	}
	p.Figures, p.Power = s.figureTable(), s.powerTable()
	return p
}

// besideLink links a file in a folder beside dir, and no other: a page in some other
// place would lead nowhere once either is moved.
func besideLink(dir, file string) string {
	a, errA := filepath.Abs(dir)
	b, errB := filepath.Abs(file)
	if folder := filepath.Dir(b); errA == nil && errB == nil && filepath.Dir(folder) == filepath.Dir(a) {
		return "../" + filepath.Base(folder) + "/" + filepath.Base(b)
	}
	return ""
}

// brief is the self-test in a few words for the first screen.
func (m *model) selfTestBrief() string {
	if m.foreign != nil {
		return ""
	}
	if m.selfTest == nil {
		return "none"
	}
	all, missed := m.selfTest.Targets()
	return fmt.Sprintf("%d of %d targets met", all-missed, all)
}

func (s *selfTest) made() string {
	x := s.Machine
	words := []string{x.CPU, spell.Count(x.CPUs, "CPU"), strings.TrimSpace(x.OS + "/" + x.Arch + " " + x.Kernel), x.Go}
	if x.Commit != "" {
		words = append(words, "commit "+commitOf(x))
	}
	if !x.Start.IsZero() {
		words = append(words, x.Start.Format("2006-01-02"))
	}
	if took := span(x.Start, x.End); took != "" {
		words = append(words, "took "+took)
	}
	text := "Made on " + strings.Join(words, ", ") + "."
	if s.Rule != "" {
		text += " The rule of stopping it certifies: " + s.Rule + "."
	}
	return text
}

// foundMostly is the share of tries from which a slowdown counts as found.
const foundMostly = 0.8

// meaning says what the figures mean for a study of so many rounds.
func (s *selfTest) meaning(rounds int) (text []string) {
	if f, ok := s.figure("false-positives"); ok {
		said := fmt.Sprintf("%s of %d pairs of identical code were called different at α = 0.05 (95 %%: %s), where 5 %% are due",
			spell.Sentence(percent(f.Share())), f.N, percents(f.Lo, f.Hi))
		if g, ok := s.figure("false-positives-blocks"); ok {
			said += fmt.Sprintf("; by -count=10 before and after it would have been %s", percent(g.Share()))
		}
		text = append(text, said+".")
	}
	if said := s.found(5, rounds); said != "" {
		text = append(text, said)
	}
	return text
}

// found says how often so much of a slowdown is found in a study of so many rounds,
// and what it would take to find it.
func (s *selfTest) found(slower, rounds int) string {
	var here, enough *study.SelfTestPower
	for i, p := range s.Power {
		if p.Percent != slower {
			continue
		}
		if p.Rounds <= rounds && (here == nil || p.Rounds > here.Rounds) {
			here = &s.Power[i]
		}
		if p.Found >= foundMostly && (enough == nil || p.Rounds < enough.Rounds) {
			enough = &s.Power[i]
		}
	}
	var said []string
	if here != nil {
		said = append(said, fmt.Sprintf("in %s a slowdown of %d %% is found in %.0f %% of tries (this study has %d)", spell.Count(here.Rounds, "round"), slower, 100*here.Found, rounds))
	}
	switch {
	case enough != nil:
		said = append(said, fmt.Sprintf("%d %% is found in %.0f %% of tries from %d rounds on, %.1f s of measuring per pair", slower, 100*enough.Found, enough.Rounds, enough.Seconds))
	case here != nil:
		said = append(said, "more rounds than the self-test tried are needed to find it in four of five")
	}
	if len(said) == 0 {
		return ""
	}
	text := spell.Sentence(strings.Join(said, "; ")) + "."
	if here == nil || here.Found < foundMostly {
		text += fmt.Sprintf(" So “tie” or “cannot tell” in this study does not rule out a difference of %d %%.", slower)
	}
	return text
}

// lessons are what a reader must take from a figure that misses its target, by id;
// %s is what was found.
var lessons = map[string]string{
	"false-positives": "it is not shown that only 5 %% of identical pairs are called different (%s were); take a difference whose interval nearly touches 1 as not shown",
	"families":        "%s of families of identical entrants hold a false alarm even after Holm; count on those significant differences whose interval keeps well away from 1",
	"coverage":        "an interval called 95 %% holds the true ratio in %s of cases; read it as that",
	"coverage-slower": "where one of two was slower by a few per cent, an interval called 95 %% held the true ratio in %s of cases; read it as that, and decide nothing on a bound that only just clears a threshold",
	"power":           "a slowdown of 5 %% is found in %s of tries; “tie” and “cannot tell” say nothing about differences so small",
	"again":           "a second study gives the same advice in %s of the situations that the first was sure of; where much hangs on a row, measure it again",
	"decided":         "a study is sure of %s of its situations; for the others it takes more rounds, or a quieter machine",
	"alarm-hog":       "the alarm notices a busy CPU in %s of cases; a study without a warning may have been disturbed all the same",
	"alarm-quiet":     "the alarm goes off in %s of studies that nobody disturbed; a warning of a busy or noisy machine is the usual state here and speaks little against a study",
}

func lesson(f study.SelfTestShare) string {
	say, ok := lessons[f.ID]
	switch {
	case f.N == 0:
		return f.What + ": nothing was tried, so it is not known."
	case !ok:
		return fmt.Sprintf("%s: found was %s; do not build on it (target: %s).", f.What, percent(f.Share()), f.Target)
	}
	return spell.Sentence(fmt.Sprintf(say+" (target: %s).", percent(f.Share()), f.Target))
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

func percents(lo, hi float64) string { return fmt.Sprintf("%.1f–%.1f %%", 100*lo, 100*hi) }

func (s *selfTest) figureTable() table {
	t := table{
		Caption: "What the self-test found",
		Head:    []string{"figure", "found", "95 %", "n", "target", "result"},
		Number:  []bool{false, true, true, true, false, false},
	}
	for _, f := range s.Figures {
		row := texts(f.What, percent(f.Share()), percents(f.Lo, f.Hi), fmt.Sprint(f.N), f.Target, "")
		if f.N == 0 {
			row[1], row[2] = text("–"), text("–")
		}
		switch {
		case f.Missed():
			row[5] = cell{Text: "missed", Tone: "bad"}
		case f.Met != nil:
			row[5] = cell{Text: "met", Tone: "good"}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// powerTable has a row a number of rounds, a column a slowdown.
func (s *selfTest) powerTable() table {
	t := table{Caption: "How often a slowdown is found, by its size and the rounds measured", Head: []string{"rounds", "measuring a pair, up to"}, Number: []bool{true, true}}
	var rounds, sizes []int
	for _, p := range s.Power {
		rounds, sizes = append(rounds, p.Rounds), append(sizes, p.Percent)
	}
	slices.Sort(rounds)
	slices.Sort(sizes)
	rounds, sizes = slices.Compact(rounds), slices.Compact(sizes)
	for _, size := range sizes {
		t.Head, t.Number = append(t.Head, fmt.Sprintf("%d %% slower", size)), append(t.Number, true)
	}
	for _, n := range rounds {
		row := texts(fmt.Sprint(n), "")
		seconds := 0.0
		for _, size := range sizes {
			c := text("–")
			for _, p := range s.Power {
				if p.Rounds == n && p.Percent == size {
					c = text(fmt.Sprintf("%.0f %%", 100*p.Found))
					seconds = max(seconds, p.Seconds)
				}
			}
			row = append(row, c)
		}
		row[1].Text = fmt.Sprintf("%.1f s", seconds)
		t.Rows = append(t.Rows, row)
	}
	return t
}
