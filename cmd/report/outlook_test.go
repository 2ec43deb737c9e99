package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// Of many decisions in eight rounds, those said to be settled by 32 are about as many as
// 32 rounds of the same noise settle, and mostly the same.
func TestOutlook(t *testing.T) {
	const tries, noise = 400, 0.15
	rng := rand.New(rand.NewPCG(1, 1))
	said, came, right := 0, 0, 0
	for i := range uint64(tries) {
		truth := 100 * math.Exp(0.2*rng.NormFloat64()) // of the simpler one
		decide := func(rounds int, seed uint64) choice {
			c, ok := choose([]contender{
				contenderOf("simple", 0, costs(truth, rounds, noise, seed)),
				contenderOf("clever", 9, costs(100, rounds, noise, seed+1)),
			})
			if !ok {
				t.Fatal("nobody chosen")
			}
			return c
		}
		few, many := decide(8, 4*i), decide(32, 4*i+2)
		will := few.sure || few.undecided.settledBy(32)
		if will {
			said++
		}
		if many.sure {
			came++
		}
		if will == many.sure {
			right++
		}
	}
	if math.Abs(float64(said-came)) > 0.1*tries || right < tries*3/4 {
		t.Errorf("of %d decisions %d said to be settled by 32 rounds, %d were, %d as said", tries, said, came, right)
	}
}

func TestUndecided(t *testing.T) {
	at := func(lo, est, hi float64, rounds int) undecided {
		return undecided{stat.Ratio{Est: est, Lo: lo, Hi: hi, N1: rounds, N2: rounds}, within}
	}
	for _, tt := range []struct {
		name      string
		undecided undecided
		says      string
	}{
		{"two thirds of the width are enough", at(0.9, 1, 1.15, 10), "; some 19 rounds would settle it"},
		{"from above", at(1.05, 1.2, 1.4, 10), "; some 21 rounds would settle it"},
		{"next to the border", at(0.9, 1.09, 1.3, 10), "; 100 rounds would hardly settle it"},
		{"no interval", at(0, 1, math.Inf(1), 5), ""},
	} {
		if got := tt.undecided.String(); got != tt.says {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.says)
		}
	}
}

// The sentence counts situations with a choice, and gives the time at the study's pace.
func TestOutlookSentence(t *testing.T) {
	pick := func(c choice) advice { c.use, c.rival = &contender{}, &contender{}; return advice{choice: c} }
	settled := pick(choice{sure: true})
	soon := pick(choice{undecided: undecided{stat.Ratio{Est: 1, Lo: 0.9, Hi: 1.15, N1: 10, N2: 10}, within}})
	never := pick(choice{undecided: undecided{stat.Ratio{Est: 1.1, Lo: 0.9, Hi: 1.3, N1: 10, N2: 10}, within}})
	only := advice{choice: choice{use: &contender{}, sure: true}}

	m := &model{Study: &study.Study{}, rounds: 10, run: 10}
	m.Machine.Overhead = &study.Overhead{Timed: 100, Untimed: 90, Beside: 10}
	for _, tt := range []struct {
		all  []advice
		want string
	}{
		{[]advice{settled, soon, never, only, {}}, "Settled (clear or tie) by 10 rounds: 1 of 3. Going by the intervals, some 2 would be by 40 rounds, in about 13 minutes (measure -rounds 40, make study ROUNDS=40)."},
		{[]advice{settled, never}, "Settled (clear or tie) by 10 rounds: 1 of 2."},
		{[]advice{only}, ""},
	} {
		if got := m.outlook(tt.all); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	m.Machine.Overhead = nil // of an interrupted study
	if got := m.outlook([]advice{soon}); !strings.Contains(got, "by 40 rounds (measure") {
		t.Errorf("without times: %q", got)
	}
}
