package bench

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/clock"
	"crossover/patterns/role"
)

// floor is what the hardware or the kernel takes for the same motion, or the same
// work with no pattern around it.
type floor struct {
	of, title, note string
	// keys are where on the axes it holds, keys and values alternating. What it does
	// not name makes no difference to it.
	keys       []string
	situations []string // to be shown in, as far as they have a point with these keys
	placed     bool     // its two sides can be placed as those of a case
	minTime    time.Duration
	run        func(b *testing.B, c *conditions)
}

// floorCase is a floor as it is measured in one grid.
type floorCase struct {
	catalog.Floor
	run func(b *testing.B, c *conditions)
}

// floorsIn lays out the floors that have something to be shown with.
func (p *Pattern) floorsIn(grid Grid) (cases []floorCase) {
	for _, f := range p.floors {
		c := f.newCase(p.Benchmark + "Floor")
		for _, s := range p.situations {
			if !slices.Contains(f.situations, s.ID) || !s.in(grid) || !s.agrees(grid, c.Keys) {
				continue
			}
			c.Situations = append(c.Situations, s.ID)
			if f.placed && grid == Full && len(s.pins) > len(c.Pins) {
				c.Pins = s.pins
			}
		}
		if len(c.Situations) > 0 {
			cases = append(cases, c)
		}
	}
	return cases
}

func (f *floor) newCase(benchmark string) floorCase {
	pairs := append([]string{"of", f.of}, f.keys...)
	keys := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		keys[pairs[i]] = pairs[i+1]
	}
	return floorCase{
		Floor: catalog.Floor{
			Title: f.title,
			Note:  f.note,
			Case: catalog.Case{
				Name:    catalog.Name(benchmark, pairs...),
				Keys:    keys,
				MinTime: f.minTime.String(),
				Setup:   "0s",
			},
		},
		run: f.run,
	}
}

// agrees reports whether one of the situation's points has these keys, as far as it
// knows them.
func (s *situation) agrees(grid Grid, keys map[string]string) bool {
	return slices.ContainsFunc(s.points(grid), func(point map[string]string) bool {
		for k, v := range keys {
			if at, known := point[k]; known && at != v {
				return false
			}
		}
		return true
	})
}

// alone measures n operations of one goroutine.
func alone(b *testing.B, f func(n int)) {
	before, known := role.SelfCPU()
	start := clock.Now()
	f(b.N)
	wall, cpu := clock.Since(start), time.Duration(-1)
	if after, _ := role.SelfCPU(); known {
		cpu = after - before
	}
	reportTimes(b, b.N, wall, cpu)
}

// motion is one side's part of a floor with two.
type motion func() error

var mover = role.Register("bench.floor", role.Transport[motion]{},
	func(ctx context.Context, seat *role.Seat, move motion, _ struct{}) (struct{}, error) {
		if err := seat.Ready(ctx); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, move()
	})

// sideBySide measures the two sides on threads of their own, which together make b.N
// operations.
func sideBySide(b *testing.B, c *conditions, sides [2]motion) {
	crew := newCrew[struct{}](b, &conditions{Keys: map[string]string{"as": string(role.Thread)}, Pin: c.Pin}, len(sides))
	for i, move := range sides {
		crew.add(mover.Start(crew.ctx, crew.gate, crew.side(i), move, struct{}{}))
	}
	crew.work(func(int) {}, func() {})
	crew.report(b.N)
}

// line is a word with cache lines of its own.
type line struct {
	_ [128]byte
	atomic.Uint64
	_ [128]byte
}

// holds fails the benchmark unless the line has come to so much.
func (l *line) holds(b *testing.B, want int) {
	if n := l.Load(); n != uint64(want) {
		b.Fatal(wrong("counted to %d, want %d", n, want))
	}
}

// addAlone is an atomic addition to a word that nobody else touches.
func addAlone(b *testing.B, _ *conditions) {
	var l line
	alone(b, func(n int) {
		for range n {
			l.Add(1)
		}
	})
	l.holds(b, b.N)
}

// countByTurns has two threads count a word up, one from even to odd and the other
// on, so many steps for each of b.N operations. A side that waits spins; where both
// have one CPU, it yields.
func countByTurns(b *testing.B, c *conditions, steps int) {
	var l line
	wait := func() {}
	if c.Pin == "one" || c.cpus() == 1 {
		wait = yield
	}
	side := func(first uint64) motion {
		return func() error {
			for n := first; n < uint64(steps*b.N); n += 2 {
				for l.Load() != n {
					wait()
				}
				l.Store(n + 1)
			}
			return nil
		}
	}
	sideBySide(b, c, [2]motion{side(0), side(1)})
	l.holds(b, steps*b.N)
}
