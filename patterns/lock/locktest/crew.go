package locktest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crossover/patterns/lock"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// crew is workers under way on one lock.
type crew struct {
	g       *guarded
	v       lock.Variant
	workers []*role.Handle[report]
}

// hire starts a worker for each job and lets them go at once. Between processes
// the last one is a goroutine here. Dismiss the crew whatever happens.
func hire(ctx context.Context, s Subject, g *guarded, jobs ...job) (*crew, error) {
	c := &crew{g: g, v: s.Variant}
	gate := role.NewGate(len(jobs))
	for i, j := range jobs {
		o := role.Options{As: s.As}
		if i == len(jobs)-1 {
			o.As = role.Goroutine
		}
		h, err := worker.Start(ctx, gate, o, g, j)
		if err != nil {
			c.dismiss(ctx)
			return nil, err
		}
		c.workers = append(c.workers, h)
	}
	if err := gate.Open(ctx); err != nil {
		c.dismiss(ctx)
		return nil, err
	}
	return c, nil
}

// finish waits for everybody.
func (c *crew) finish(ctx context.Context) ([]report, error) {
	return roletest.JoinAll(ctx, "party", c.workers)
}

// giveUp breaks the lock, and everybody returns. Where the variant cancels, Break
// has to wake parties in this process by itself; others are asked.
func (c *crew) giveUp(ctx context.Context) ([]report, error) {
	c.g.Break()
	for _, h := range c.workers {
		if h.Pid() != 0 || !c.v.Cancels {
			if err := h.Terminate(); err != nil {
				return nil, err
			}
		}
	}
	return c.finish(ctx)
}

// dismiss leaves nobody at the lock: it may be released, whatever the law has found.
func (c *crew) dismiss(ctx context.Context) {
	c.g.Break()
	for _, h := range c.workers {
		h.Terminate()
		h.Kill()
	}
	roletest.Ended(ctx, c.workers)
}

// allEnded checks how each worker ended.
func allEnded(reports []report, wanted ...ending) error {
next:
	for i, r := range reports {
		for _, w := range wanted {
			if r.End == w {
				continue next
			}
		}
		return fmt.Errorf("party %d ended with %q after %d entries, want %q", i, r.End, r.Entries, wanted)
	}
	return nil
}

// holding starts a party that is inside when holding returns; leave lets it out.
func holding(ctx context.Context, s Subject, g *guarded, reads bool) (h *role.Handle[struct{}], leave func() error, err error) {
	gate := role.NewGate(1)
	h, err = holder.Start(ctx, gate, role.Options{As: s.As}, g, reads)
	if err != nil {
		return nil, nil, err
	}
	leave = func() error {
		_, err := h.Stop(time.Minute)
		return err
	}
	if err := gate.Open(ctx); err != nil {
		return nil, nil, errors.Join(err, leave())
	}
	return h, leave, nil
}

// parties are so many ends of a lock.
func parties(g *guarded, n int) ([]lock.Locker, error) {
	ends := make([]lock.Locker, n)
	for i := range ends {
		var err error
		if ends[i], err = g.Party(); err != nil {
			return nil, err
		}
	}
	return ends, nil
}
