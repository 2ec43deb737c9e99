package pooltest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"crossover/patterns"
	"crossover/patterns/pool"
)

var leftoverLaw = Law{
	Name:    "nothing-left",
	Doc:     "When Close returns, to whichever caller, the workers are gone: there is no goroutine, process or descriptor left over.",
	Applies: everything,
	Check: func(ctx context.Context, v Variant) error {
		uses := []struct {
			name string
			use  func(*trial) error
		}{
			{"closed unused", func(t *trial) error { return nil }},
			{"closed after use", func(t *trial) error { return t.do(t.tasks(5)) }},
			{"closed after a panic", func(t *trial) error {
				return t.do(t.fated(5, Panics, func(i int) bool { return i == 2 }))
			}},
		}
		if v.Survives == patterns.SurvivesCrash {
			uses = append(uses, struct {
				name string
				use  func(*trial) error
			}{"closed after a crash", func(t *trial) error {
				return t.do(t.fated(5, Exits, func(i int) bool { return i == 2 }))
			}})
		}
		for _, u := range uses {
			// The first time warms up: the runtime's poller and the like come to stay.
			for warm := range 2 {
				before := holdings()
				err := try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
					return errors.Join(u.use(t), t.closeTwice(before))
				})
				if err == nil && warm == 1 {
					err = before.restored(ctx)
				}
				if err != nil {
					return fmt.Errorf("%s: %w", u.name, err)
				}
			}
		}
		return nil
	},
}

// closeTwice closes from two goroutines at once. Neither may return before the
// worker processes are gone.
func (t *trial) closeTwice(before held) error {
	var closing sync.WaitGroup
	var errs [2]error
	for i := range errs {
		closing.Go(func() {
			errs[i] = t.close()
			if left := before.since(children()); len(left) > 0 {
				errs[i] = errors.Join(errs[i], fmt.Errorf("processes %v left when Close returned", left))
			}
		})
	}
	closing.Wait()
	return errors.Join(errs[:]...)
}

// held is what this process holds. Where there is no /proc only goroutines are
// known.
type held struct {
	goroutines  map[string]string // stack by id: a count would let one that goes hide one that stays
	descriptors int
	children    []int
}

func holdings() held {
	fds, _ := os.ReadDir("/proc/self/fd")
	return held{goroutines(), len(fds), children()}
}

func goroutines() map[string]string {
	all := map[string]string{}
	for stack := range strings.SplitSeq(stacks(), "\n\n") {
		if id, rest, ok := strings.Cut(stack, " ["); ok {
			all[id] = rest
		}
	}
	return all
}

// since picks the processes that were not there before.
func (h held) since(pids []int) []int {
	return slices.DeleteFunc(pids, func(pid int) bool { return slices.Contains(h.children, pid) })
}

// restored checks that no more is held than before. Only goroutines are waited
// for, which may need a moment to be gone after the last that can be seen of
// them. Descriptors are not: the garbage collector would close them in the end.
func (h held) restored(ctx context.Context) error {
	now := holdings()
	if n := now.descriptors - h.descriptors; n > 0 {
		return fmt.Errorf("%d descriptors left", n)
	}
	if left := h.since(now.children); len(left) > 0 {
		return fmt.Errorf("processes %v left", left)
	}
	for {
		maps.DeleteFunc(now.goroutines, func(id, _ string) bool { return h.goroutines[id] != "" })
		if len(now.goroutines) == 0 {
			return nil
		}
		select {
		case <-time.After(interval):
			now.goroutines = goroutines()
		case <-ctx.Done():
			return fmt.Errorf("%d goroutines left: %w", len(now.goroutines), context.Cause(ctx))
		}
	}
}

// children are the processes that this one has started and not reaped, zombies
// included; none where there is no /proc.
func children() (pids []int) {
	threads, _ := filepath.Glob("/proc/self/task/*/children")
	for _, t := range threads {
		text, _ := os.ReadFile(t)
		for _, f := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(f); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}
