package pipetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/pipe"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var killLaw = Law{
	Name: "kill-survived",
	Doc:  "When the process at one end is killed at any point, that is reported, the other end gets ErrBroken (by itself, where the variant notices; else on Break) and never io.EOF, nothing torn arrives as whole, and nobody is left.",
	Excuse: func(s Subject) string {
		if s.Survives != patterns.SurvivesCrash {
			return "does not survive a crash"
		}
		return across(s)
	},
	Check: func(ctx context.Context, s Subject) error {
		for range lawtest.Soak() {
			for _, c := range []struct {
				victim string
				kill   func(context.Context, Subject, time.Duration) error
			}{
				{"sender", func(ctx context.Context, s Subject, after time.Duration) error {
					return killed(ctx, s, after, sender, sendJob{Count: endless}, receiver, sendJob{},
						func(r receiveReport) (ending, bool) { return r.End, r.Torn == 0 && consecutive(r.Seqs) })
				}},
				{"receiver", func(ctx context.Context, s Subject, after time.Duration) error {
					return killed(ctx, s, after, receiver, sendJob{}, sender, sendJob{Count: endless},
						func(r sendReport) (ending, bool) { return r.End, true })
				}},
				{"server", func(ctx context.Context, s Subject, after time.Duration) error {
					return killed(ctx, s, after, server, struct{}{}, client, roundJob{endless, max(1, s.Ahead/2), 64}, rightRounds)
				}},
				{"client", func(ctx context.Context, s Subject, after time.Duration) error {
					return killed(ctx, s, after, client, roundJob{endless, 1, 100_000}, server, struct{}{}, rightRounds)
				}},
			} {
				after := rand.N(3 * time.Millisecond)
				if err := c.kill(ctx, s, after); err != nil {
					return fmt.Errorf("%s killed after %v: %w", c.victim, after, err)
				}
			}
		}
		return nil
	},
}

func rightRounds(r roundReport) (ending, bool) { return r.End, r.Wrong == 0 }

func consecutive(seqs []uint64) bool {
	for i, seq := range seqs {
		if seq != uint64(i) {
			return false
		}
	}
	return true
}

// killed lets a process work with a goroutine here and kills it.
func killed[In, Out, In2, Out2 any](ctx context.Context, s Subject, after time.Duration,
	victim *role.Role[pipe.End, In, Out], job In, survivor *role.Role[pipe.End, In2, Out2], job2 In2, look func(Out2) (ending, bool)) error {
	return s.use(ctx, func(l *link) error {
		v, err := start(ctx, l, role.Process, 1, victim, job)
		if err != nil {
			return err
		}
		h, err := start(ctx, l, role.Goroutine, 0, survivor, job2)
		if err != nil {
			return err
		}
		time.Sleep(after)
		if err := roletest.Murder(ctx, v); err != nil {
			return err
		}
		if !s.Notices {
			l.ends[0].Break()
		}
		r, err := roletest.Join(ctx, "the survivor", h)
		if err != nil {
			return err
		}
		switch how, right := look(r); {
		case how != broken:
			return fmt.Errorf("the survivor ended with %q, want %q", how, broken)
		case !right:
			return fmt.Errorf("the survivor received what was not sent so: %+v", r)
		}
		return roletest.Gone(v.Pid())
	})
}
