package pipetest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/pipe"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// link is a pipe under check, with the parties at its ends.
type link struct {
	ends    [2]pipe.End // nil: handed to a process
	parties []party
}

// party is any role.Handle.
type party interface {
	Pid() int
	Done() <-chan struct{}
	Terminate() error
	Kill() error
}

// use makes a pipe, uses it and tidies up. Ends are not released if the check was
// found to hang, for then somebody may still be inside.
func (s Subject) use(ctx context.Context, f func(*link) error) error {
	a, b, err := s.New()
	if err != nil {
		return err
	}
	l := &link{ends: [2]pipe.End{a, b}}
	err = f(l)
	if err != nil {
		l.dismiss(ctx)
	}
	if ctx.Err() != nil {
		return err
	}
	return errors.Join(err, l.release(0), l.release(1))
}

// start puts a party at an end and waits until it is there: a process that has
// not come so far cannot be asked to end. It has the end to itself.
func start[In, Out any](ctx context.Context, l *link, as role.As, side int, r *role.Role[pipe.End, In, Out], job In) (*role.Handle[Out], error) {
	gate := role.NewGate(1)
	h, err := r.Start(ctx, gate, role.Options{As: as}, l.ends[side], job)
	if err != nil {
		return nil, err
	}
	l.parties = append(l.parties, h)
	if as == role.Process {
		if err := l.release(side); err != nil {
			return nil, err
		}
	}
	return h, gate.Open(ctx)
}

func (l *link) release(side int) error {
	e := l.ends[side]
	l.ends[side] = nil
	if e == nil {
		return nil
	}
	return e.Release()
}

// breakAt breaks one end, wherever it is.
func (l *link) breakAt(side int, h party) error {
	if e := l.ends[side]; e != nil {
		e.Break()
		return nil
	}
	return h.Terminate()
}

// dismiss leaves nobody at the pipe: it may be released, whatever the law has found.
func (l *link) dismiss(ctx context.Context) {
	for _, e := range l.ends {
		if e != nil {
			e.Break()
		}
	}
	for _, p := range l.parties {
		p.Kill()
	}
	roletest.Ended(ctx, l.parties)
}

// deliver sends messages from one end to the other and ends it well.
func deliver(ctx context.Context, s Subject, job sendJob) (sent sendReport, got receiveReport, err error) {
	err = s.use(ctx, func(l *link) error {
		r, err := start(ctx, l, s.As, 1, receiver, job)
		if err != nil {
			return err
		}
		w, err := start(ctx, l, s.As, 0, sender, job)
		if err != nil {
			return err
		}
		if sent, err = roletest.Join(ctx, "the sender", w); err != nil {
			return err
		}
		got, err = roletest.Join(ctx, "the receiver", r)
		return err
	})
	if err == nil && sent.End != finished {
		err = fmt.Errorf("the sender ended with %q after %d messages", sent.End, sent.Sent)
	}
	if err == nil && got.End != closed {
		err = fmt.Errorf("the receiver ended with %q after %d messages", got.End, len(got.Seqs))
	}
	return sent, got, err
}
