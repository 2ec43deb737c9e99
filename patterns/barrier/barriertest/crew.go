package barriertest

import (
	"context"
	"fmt"

	"crossover/patterns/barrier"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// crew is parties under way at one barrier.
type crew struct {
	b       barrier.Barrier
	board   *Board
	parties []*role.Handle[report]
}

// hire starts the first parties of a barrier, one for each job, and lets them go
// at once. Dismiss the crew whatever happens.
func hire(ctx context.Context, b barrier.Barrier, as role.As, parties int, jobs []job) (*crew, error) {
	board, err := NewBoard(parties, as)
	if err != nil {
		return nil, err
	}
	c := &crew{b: b, board: board}
	gate := role.NewGate(len(jobs))
	for i, j := range jobs {
		j.Parties = len(jobs)
		h, err := attendant.Start(ctx, gate, role.Options{As: as}, Place{barrier.At(b, i), board}, j)
		if err != nil {
			c.dismiss(ctx)
			return nil, err
		}
		c.parties = append(c.parties, h)
	}
	if err := gate.Open(ctx); err != nil {
		c.dismiss(ctx)
		return nil, err
	}
	return c, nil
}

// dismiss leaves nobody at the barrier: it may be released, whatever the law has found.
func (c *crew) dismiss(ctx context.Context) {
	c.b.Break()
	for _, h := range c.parties {
		h.Kill()
	}
	roletest.Ended(ctx, c.parties)
	if ctx.Err() == nil {
		c.board.Release()
	}
}

// join waits for all parties, which are to return a report.
func (c *crew) join(ctx context.Context) ([]report, error) {
	return roletest.JoinAll(ctx, "party", c.parties)
}

// gather hires parties for these jobs, lets something happen to them, and joins
// them.
func (s Subject) gather(ctx context.Context, parties int, jobs []job, happens func(*crew) error) (reports []report, err error) {
	err = s.use(ctx, parties, func(b barrier.Barrier) error {
		c, err := hire(ctx, b, s.As, parties, jobs)
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		if err := happens(c); err != nil {
			return err
		}
		reports, err = c.join(ctx)
		return err
	})
	return reports, err
}

func nothing(*crew) error { return nil }

// alike checks that all passed so many phases and ended so.
func alike(reports []report, passed int, want ending) error {
	for i, r := range reports {
		if r.Passed != passed || r.End != want {
			return fmt.Errorf("party %d passed %d phases and ended with %q, want %d and %q", i, r.Passed, r.End, passed, want)
		}
	}
	return nil
}
