package barriertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/role/roletest"
)

var killLaw = Law{
	Name: "kill-survived",
	Doc:  "When a party process is killed at any point, that is reported, the others get ErrBroken once the barrier is broken, having passed the same phases, and nobody is left.",
	Excuse: func(s Subject) string {
		if s.Survives != patterns.SurvivesCrash {
			return "does not survive a crash"
		}
		return across(s)
	},
	Check: func(ctx context.Context, s Subject) error {
		// Whoever has the handle learns of the death and breaks the barrier.
		return killed(ctx, s, func(c *crew) { c.b.Break() })
	},
}

var noticeLaw = Law{
	Name: "death-noticed",
	Doc:  "A party process that is killed breaks the barrier by itself: the others get ErrBroken, and nobody has to call Break.",
	Excuse: func(s Subject) string {
		if !s.Notices {
			return "leaves it to the caller to notice a death"
		}
		return across(s)
	},
	Check: func(ctx context.Context, s Subject) error { return killed(ctx, s, func(*crew) {}) },
}

// killed kills one of three parties at a random point, again and again.
func killed(ctx context.Context, s Subject, then func(*crew)) error {
	for range 7 * lawtest.Soak() {
		after := rand.N(3 * time.Millisecond)
		var pid int
		_, err := s.gather(ctx, 3, slices.Repeat([]job{{Phases: endless}}, 3), func(c *crew) (err error) {
			time.Sleep(after)
			if pid, err = murder(ctx, c); err != nil {
				return err
			}
			then(c)
			reports, err := c.join(ctx)
			if err != nil {
				return err
			}
			for i, r := range reports {
				if r.Early+r.Ahead > 0 {
					return fmt.Errorf("survivor %d was out of step", i)
				}
			}
			return alike(reports, reports[0].Passed, broken)
		})
		if err == nil {
			err = roletest.Gone(pid)
		}
		if err != nil {
			return fmt.Errorf("killed after %v: %w", after, err)
		}
	}
	return nil
}

// murder kills a party and strikes it off.
func murder(ctx context.Context, c *crew) (pid int, err error) {
	i := rand.N(len(c.parties))
	h := c.parties[i]
	if err := roletest.Murder(ctx, h); err != nil {
		return 0, err
	}
	c.parties = slices.Delete(c.parties, i, i+1)
	return h.Pid(), nil
}
