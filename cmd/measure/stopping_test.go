package main

import (
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crossover/internal/catalog"
)

func TestLooks(t *testing.T) {
	var at []int
	for n := range 60 {
		if (rule{until: 0.03}).look(n) {
			at = append(at, n)
		}
	}
	if want := []int{10, 15, 22, 33, 50}; !slices.Equal(at, want) {
		t.Errorf("looks after %v rounds, want %v", at, want)
	}
	if (rule{rounds: 10}).look(10) {
		t.Error("a rule without a width looks at widths")
	}
}

func TestRule(t *testing.T) {
	for _, test := range []struct {
		args   string
		rounds int // where it ends if a round takes 10 s and nothing gets narrow
		says   string
	}{
		{"", 10, "10 rounds"},
		{"-rounds 25", 25, "25 rounds"},
		{"-budget 2m", 12, "whole rounds within 2m0s"},
		{"-budget 2m -rounds 7", 7, "7 rounds, whole rounds within 2m0s"},
		{"-budget 1s", 6, "whole rounds within 1s"}, // fewer show nothing
		{"-budget 1s -rounds 2", 2, "2 rounds, whole rounds within 1s"},
		{"-until 3%", 100, "until every cost is known to ±3 %, looked at after 10, 15, 22, 33, 50, … rounds, at most 100 rounds"},
		{"-until 1.5 -rounds 40", 40, "±1.5 %"},
	} {
		o, err := parseOptions(strings.Fields(test.args))
		if err != nil {
			t.Fatal(err)
		}
		const round = 10 * time.Second
		n := 1
		for !o.stop.last(n, time.Duration(n)*round, round) {
			n++
		}
		if n != test.rounds || !strings.Contains(o.stop.String(), test.says) {
			t.Errorf("%q ends after %d rounds, want %d; it says %q", test.args, n, test.rounds, o.stop)
		}
	}
}

// A plan tells of as many rounds as fit into what is left of the budget, and of those asked
// for at most.
func TestMost(t *testing.T) {
	const round = 10 * time.Second
	for _, test := range []struct {
		rule  rule
		spent time.Duration
		want  int
	}{
		{rule{rounds: 10}, time.Hour, 10},
		{rule{budget: 2 * time.Minute}, 0, 12},
		{rule{budget: 2 * time.Minute}, 25 * time.Second, 9},
		{rule{budget: 2 * time.Minute, rounds: 7}, 0, 7},
		{rule{budget: 2 * time.Minute}, time.Hour, fewest()},
		{rule{budget: 2 * time.Minute, rounds: 2}, time.Hour, 2},
	} {
		if got := test.rule.most(test.spent, round); got != test.want {
			t.Errorf("%v, after %v: %d rounds, want %d", test.rule, test.spent, got, test.want)
		}
	}
}

// As the manual has it.
func TestFewest(t *testing.T) {
	if fewest() != 6 {
		t.Errorf("%d rounds at least, the manual says 6", fewest())
	}
}

func TestWidths(t *testing.T) {
	cells := []cell{
		{group: "g", Case: catalog.Case{Name: "narrow"}},
		{group: "g", baseline: true, Case: catalog.Case{Name: "base"}},
		{group: "g", Case: catalog.Case{Name: "wide"}},
		{group: "alone", Case: catalog.Case{Name: "alone"}},
		{group: "failed", Case: catalog.Case{Name: "failed"}},
		{group: "g", floor: true},
		{control: true},
	}
	values := make([]series, len(cells))
	for round := 1; round <= 10; round++ {
		machine := 1 + 0.3*float64(round%3) // cancels in ratios
		wobble := 1 + 0.2*float64(round%2)
		values[0].record(round, 2*machine)
		values[1].record(round, machine)
		values[2].record(round, wobble*machine)
		values[3].record(round, 1+float64(round)/1000)
		values[5].record(round, machine)
		values[6].record(round, machine)
	}
	all, widest := widths(cells, values)
	var names []string
	for _, w := range all {
		names = append(names, w.cell.Name)
	}
	if !slices.Equal(names, []string{"narrow", "wide", "alone"}) || widest.cell.Name != "wide" || all[0].ratio > 1.001 || widest.ratio < 1.05 || math.IsInf(widest.ratio, 1) {
		t.Errorf("widths %+v, the widest %+v", all, widest)
	}
	if half := all[2].ratio; half < 1.003 || half > 1.004 { // the interval is 1.002 to 1.009
		t.Errorf("that of a median is a factor of %v", half)
	}
	if done, _ := progressOf(all, widest, widest.ratio-1); !done {
		t.Error("the widest is not within itself")
	}
	if done, note := progressOf(all, widest, 0.9*(widest.ratio-1)); done {
		t.Errorf("done, though one is wider: %s", note)
	}
	if done, note := progressOf(all, widest, 0.03); done || !strings.Contains(note, "2 of 3 costs are known to ±3 %") || !strings.Contains(note, "wide") {
		t.Errorf("done %v: %s", done, note)
	}
	if done, note := progressOf(all, widest, 0.5); !done || !strings.Contains(note, "3 of 3") {
		t.Errorf("done %v: %s", done, note)
	}
	values[1][3], values[2][5] = math.NaN(), math.NaN() // rounds that failed are left out of their pairs
	if all, widest := widths(cells, values); len(all) != 3 || widest.cell.Name != "wide" {
		t.Errorf("missing values spoil the widths %+v, the widest %+v", all, widest)
	}
}

// Building and calibrating take from the budget too, and what was measured before an
// interruption.
func TestBudgetIsAll(t *testing.T) {
	const budget = time.Hour // to which the rounds themselves are nothing, however slow the machine
	steady := model(func(n int) time.Duration { return time.Duration(n) * 100 })
	for _, test := range []struct {
		what                           string
		preparing, calibrating, before time.Duration
		want                           int
	}{
		{"nothing", 0, 0, 0, 8},
		{"preparing", budget, 0, 0, fewest()},
		{"calibrating", 0, budget, 0, fewest()},
		{"what was before an interruption", 0, 0, budget, fewest()},
	} {
		p := planOf(t, 1)
		p.stop = rule{rounds: 8, budget: budget}
		s := newSession(p, steady.run, newStudy(t), io.Discard)
		s.ledger.preparing, s.ledger.calibrating, s.spent = test.preparing, test.calibrating, test.before
		if err := s.calibrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s.rounds != test.want {
			t.Errorf("%s took the budget: %d rounds, want %d", test.what, s.rounds, test.want)
		}
	}
}

// A study until intervals are narrow ends at a look, one with a budget after a whole
// round.
func TestStops(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	_, stderr := must(t, 0, args(t, dir, "-bench", "impl=(good|other)/.*size=1", "-cpus", fewCPUs(), "-gomaxprocs", "1", "-until", "1000%", "-seed", "1")...)
	m := readMachine(t, dir)
	if m.Rounds != 10 || !m.Complete || !strings.Contains(stderr, "after 10 rounds 1 of 1 costs") {
		t.Errorf("%d rounds, complete %v:\n%s", m.Rounds, m.Complete, stderr)
	}
	wholePlan(t, dir, 10)

	dir = filepath.Join(t.TempDir(), "study")
	must(t, 0, args(t, dir, "-bench", "impl=other/", "-cpus", fewCPUs(), "-gomaxprocs", "1", "-budget", "600ms")...)
	m = readMachine(t, dir)
	if m.Rounds < fewest() || !m.Complete || m.Stopping != "whole rounds within 600ms" {
		t.Errorf("%+v", m)
	}
	wholePlan(t, dir, m.Rounds)
}
