package queuetest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// plan says who takes part in a run, and how each side runs.
type plan struct {
	puts  []putJob
	putAs role.As
	gets  []getJob
	getAs role.As
}

// crew is a plan under way on one queue.
type crew struct {
	q         queue.Queue[Item]
	producers []*role.Handle[putReport]
	consumers []*role.Handle[getReport]
}

// hire starts everybody and lets them go at once. Dismiss the crew whatever
// happens.
func hire(ctx context.Context, q queue.Queue[Item], p plan) (*crew, error) {
	c := &crew{q: q}
	gate := role.NewGate(len(p.puts) + len(p.gets))
	for _, job := range p.gets {
		h, err := consumer.Start(ctx, gate, role.Options{As: p.getAs}, q, job)
		if err != nil {
			c.dismiss(ctx)
			return nil, err
		}
		c.consumers = append(c.consumers, h)
	}
	for _, job := range p.puts {
		h, err := producer.Start(ctx, gate, role.Options{As: p.putAs}, q, job)
		if err != nil {
			c.dismiss(ctx)
			return nil, err
		}
		c.producers = append(c.producers, h)
	}
	if err := gate.Open(ctx); err != nil {
		c.dismiss(ctx)
		return nil, err
	}
	return c, nil
}

// finish is the good end: the producers return, the queue is closed, the
// consumers drain it.
func (c *crew) finish(ctx context.Context) ([]putReport, []getReport, error) {
	sent, err := roletest.JoinAll(ctx, "producer", c.producers)
	if err != nil {
		return nil, nil, err
	}
	c.q.Close()
	got, err := roletest.JoinAll(ctx, "consumer", c.consumers)
	return sent, got, err
}

// giveUp is the other end: Break, and everybody returns. Break has to wake
// parties in this process by itself; others are asked through their handles.
func (c *crew) giveUp(ctx context.Context) ([]putReport, []getReport, error) {
	c.q.Break()
	err := errors.Join(terminate(c.producers), terminate(c.consumers))
	if err != nil {
		return nil, nil, err
	}
	sent, err := roletest.JoinAll(ctx, "producer", c.producers)
	if err != nil {
		return nil, nil, err
	}
	got, err := roletest.JoinAll(ctx, "consumer", c.consumers)
	return sent, got, err
}

// dismiss leaves nobody at the queue: it may be released, whatever the law has found.
func (c *crew) dismiss(ctx context.Context) {
	c.q.Break()
	for _, h := range c.producers {
		h.Kill()
	}
	for _, h := range c.consumers {
		h.Kill()
	}
	roletest.Ended(ctx, c.producers)
	roletest.Ended(ctx, c.consumers)
}

func terminate[Out any](handles []*role.Handle[Out]) error {
	var errs []error
	for _, h := range handles {
		if h.Pid() != 0 {
			errs = append(errs, h.Terminate())
		}
	}
	return errors.Join(errs...)
}

// putAll puts so many items, for which there is room.
func putAll(ctx context.Context, q queue.Queue[Item], items int) error {
	return lawtest.Await(ctx, fmt.Sprintf("Put where there is room for %d items", items), func() error {
		for i := range items {
			if err := q.Put(newItem(0, uint64(i))); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
		return nil
	})
}

// allEnded checks how each party's work ended.
func allEnded(want ending, sent []putReport, got []getReport) error {
	for i, r := range sent {
		if r.End != want {
			return fmt.Errorf("producer %d ended with %q after %d items, want %q", i, r.End, r.Put, want)
		}
	}
	for i, r := range got {
		if r.End != want {
			return fmt.Errorf("consumer %d ended with %q, want %q", i, r.End, want)
		}
	}
	return nil
}
