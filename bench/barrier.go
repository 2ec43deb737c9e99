package bench

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/spin"
	"crossover/patterns"
	"crossover/patterns/barrier"
	"crossover/patterns/barrier/barriertest"
	"crossover/patterns/role"
)

// Barrier is the barrier pattern as this suite measures it.
func Barrier() Pattern { return BarrierOf(barrier.Variants()) }

// BarrierOf is the barrier pattern with these variants, the baseline first.
func BarrierOf(variants []barrier.Variant) Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "barrier",
			Benchmark: "BenchmarkBarrier",
			Question:  "How do N workers wait for each other?",
			Original:  "barriers_and_locks.py",
			Op:        "crossing",
			Axes: []catalog.Axis{
				{Key: "parties", Title: "parties", Each: "CPU"},
				{Key: "work", Title: "work per phase", Unit: "ns"},
				{Key: "late", Title: "late arriver"},
			},
			Baseline:   variants[0].Name,
			Guarantees: guarantees(barriertest.Laws(), barriertest.Subjects(variants), nil),
		},
		situations: barrierSituations(),
		floors:     barrierFloors(),
		run: func(b *testing.B, c *conditions) {
			v, err := variantOf(c, variants, func(v barrier.Variant) string { return v.Name })
			if err != nil {
				b.Fatal(err)
			}
			runBarrier(b, c, v)
		},
	}
	for _, v := range variants {
		p.Variants = append(p.Variants, describe("barrier", v.Info))
		ways := []role.As{role.Goroutine, role.Thread}
		if v.Open != nil {
			ways = append(ways, role.Process)
		}
		for _, as := range ways {
			p.entrants = append(p.entrants, entrant{Info: v.Info, as: as, admits: func(map[string]string) bool { return true }})
		}
	}
	return p
}

func barrierPoint(parties, work, late string) map[string]string {
	return map[string]string{"parties": parties, "work": work, "late": late}
}

func barrierSituations() []situation {
	// Those that need not leave the process are measured there; the others between
	// goroutines too, where they are compared with themselves between processes.
	inProcess := func(e entrant) bool { return e.as == role.Goroutine && !e.Crosses }
	across := func(e entrant) bool { return e.as != role.Thread && (e.Crosses || e.Name == "cond") }
	// Processes that outlive the death of another.
	survivors := map[string]string{"as": string(role.Process), "survives": string(patterns.SurvivesCrash)}
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "barrier-fit", Name: "N ≤ CPUs",
				Note:  "Two goroutines that do nothing but meet: each can have a CPU of its own, if there are two and GOMAXPROCS says so.",
				Point: barrierPoint("2", "0ns", "none"),
				Axis:  "work",
			},
			quick: []string{"0ns", "1us"},

			quickAlong: []string{"cond", "chan.close", "sense.park", "sense.yield"},
			full:       []string{"0ns", "100ns", "1us", "10us", "100us"},
			admits:     inProcess,
			scaling:    true,
		},
		{
			Situation: catalog.Situation{
				ID: "barrier-over", Name: "N > CPUs",
				Note:  "Goroutines that do nothing but meet, four for each CPU: whoever waits keeps a CPU from one that is waited for. Where it takes too long the sample is cut short and says capped=1.",
				Point: barrierPoint("4x", "0ns", "none"),
				Axis:  "parties",
			},
			quick:  []string{"4x"},
			full:   []string{"1x", "2x", "4x"},
			admits: inProcess,
		},
		{
			Situation: catalog.Situation{
				ID: "barrier-across", Name: "across processes, one may die",
				Note:     "Two processes that do nothing but meet; if one dies, the other gets an error. The same mechanisms between goroutines, and the plain condition, stand beside them: the difference is the price of isolation.",
				Point:    barrierPoint("2", "0ns", "none"),
				Axis:     "parties",
				Eligible: survivors,
			},
			quick:  []string{"2"},
			full:   []string{"2", "4", "8"},
			admits: across,
			setup:  10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "barrier-placed", Name: "2 parties, each on an OS thread of its own",
				Note:  "Two locked threads, or two processes, that do nothing but meet: anywhere, on one CPU, and on two.",
				Point: barrierPoint("2", "0ns", "none"),
				Axis:  "parties",
			},
			full:   []string{"2", "4", "8"},
			admits: func(e entrant) bool { return e.as != role.Goroutine },
			setup:  10 * time.Millisecond,
			pins:   []string{"one", "split"},
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "barrier-late", Name: "one arrives 10 µs late",
				Note:  "Four goroutines with the same work in each phase, but for one that works 10 µs longer. What differs is the CPU time of those who wait for it, and that decides.",
				Point: barrierPoint("4", "1us", "one"),
				Axis:  "parties",
				Unit:  "cpu-ns/op",
			},
			full:   []string{"2", "4", "8"},
			admits: inProcess,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "barrier-late-threads", Name: "one arrives 10 µs late, each on an OS thread of its own",
				Note:  "As one arrives 10 µs late, among four parties that are locked to threads.",
				Point: barrierPoint("4", "1us", "one"),
				Axis:  "parties",
				Unit:  "cpu-ns/op",
			},
			full:   []string{"2", "4", "8"},
			admits: func(e entrant) bool { return e.as == role.Thread },
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "barrier-late-across", Name: "across processes, one arrives 10 µs late",
				Note:     "As one arrives 10 µs late, among four processes. The same mechanisms between goroutines, and the plain condition, stand beside them.",
				Point:    barrierPoint("4", "1us", "one"),
				Axis:     "parties",
				Unit:     "cpu-ns/op",
				Eligible: survivors,
			},
			full:   []string{"2", "4", "8"},
			admits: across,
			setup:  10 * time.Millisecond,
			only:   Full,
		},
	}
}

// lateness is what a late arriver works longer.
const lateness = 10 * time.Microsecond

// muster is what a party is told to do.
type muster struct {
	Parties, Phases int
	Spin            int // iterations of work in each phase
	// Relieved says that a broken barrier is the ordinary end, not a failure.
	Relieved bool
}

// presence is what a party saw.
type presence struct {
	Passed    int // phases
	OutOfStep int // looks at a party that was not at the phase just passed
	Worked    uint64
}

var comer = role.Register("bench.comer", barriertest.PlaceTransport(), meet)

// meet meets the others in each phase and looks at one of them, each in turn.
func meet(ctx context.Context, seat *role.Seat, p barriertest.Place, m muster) (r presence, err error) {
	defer p.Break()
	defer p.BreakOn(ctx)()
	if err := seat.Ready(ctx); err != nil {
		return r, err
	}
	for other := p.ID(); r.Passed < m.Phases; r.Passed++ {
		if m.Spin > 0 {
			r.Worked = spin.Chain(m.Spin, r.Worked)
		}
		p.Board.Mark(p.ID(), r.Passed)
		if err := p.Wait(); err != nil {
			if m.Relieved && errors.Is(err, barrier.ErrBroken) {
				return r, nil
			}
			return r, fmt.Errorf("party %d waiting in phase %d: %w", p.ID(), r.Passed, err)
		}
		if other++; other == m.Parties {
			other = 0
		}
		if p.Board.Look(other, r.Passed) != 0 {
			r.OutOfStep++
		}
	}
	return r, nil
}

// runBarrier lets the parties of a new barrier meet b.N times.
func runBarrier(b *testing.B, c *conditions, v barrier.Variant) {
	parties := c.count("parties")
	at, err := v.New(parties)
	if err != nil {
		b.Fatal(err)
	}
	board, err := barriertest.NewBoard(parties, role.As(c.Keys["as"]))
	if err != nil {
		b.Fatal(errors.Join(err, at.Release()))
	}
	defer func() {
		if err := errors.Join(at.Release(), board.Release()); err != nil {
			b.Error(err)
		}
	}()

	crew := newCrew[presence](b, c, parties)
	if v.Spins {
		crew.atMost(crew.longestSpin(parties), at.Break)
	}
	for i := range parties {
		m := muster{Parties: parties, Phases: b.N, Spin: c.Work.Iterations(c.duration("work")), Relieved: v.Spins}
		if i == 0 && c.Keys["late"] == "one" {
			m.Spin += c.Work.Iterations(lateness)
		}
		crew.add(comer.Start(crew.ctx, crew.gate, crew.side(i), barriertest.Place{Party: barrier.At(at, i), Board: board}, m))
	}
	reports := crew.work(func(int) {}, at.Break)
	passed := reports[0].Out.Passed
	for i, r := range reports {
		if r.Out.Passed != passed || r.Out.OutOfStep > 0 || passed < b.N && !crew.capped() {
			b.Fatal(wrong("party %d passed %d phases, party 0 %d, of %d, and saw another out of step %d times",
				i, r.Out.Passed, passed, b.N, r.Out.OutOfStep))
		}
	}
	crew.report(max(1, passed))
}

// barrierFloors are what telling the others takes at least.
func barrierFloors() []floor {
	return []floor{
		{
			of: "cache.line.round.trip", title: "half a cache line's round trip",
			note:       "Two locked threads hand a number to and fro on one cache line, spinning. One round trip counts as two crossings: each way tells one side that the other has come.",
			situations: []string{"barrier-fit", "barrier-over", "barrier-across", "barrier-placed"},
			placed:     true,
			run:        func(b *testing.B, c *conditions) { countByTurns(b, c, 1) },
		},
		{
			of: "atomic.add", title: "uncontended atomic add",
			note:       "One goroutine adds to a word that nobody else touches: what arriving costs at least.",
			situations: []string{"barrier-fit"},
			run:        addAlone,
		},
	}
}
