package queuetest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"crossover/patterns/queue"
)

var separateLaw = Law{
	Name:   "queues-separate",
	Doc:    "Each queue made is new: empty, and no other queue's items appear in it.",
	As:     here,
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		capacity := max(s.MinCapacity, 1)
		return s.use(ctx, capacity, func(a queue.Queue[Item]) error {
			return s.use(ctx, capacity, func(b queue.Queue[Item]) error {
				if err := a.Put(newItem(0, 0)); err != nil {
					return err
				}
				b.Close()
				if err := drained(b, 0); err != nil {
					return fmt.Errorf("the other queue: %w", err)
				}
				a.Close()
				return drained(a, 1)
			})
		})
	},
}

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "After Release there is no goroutine, descriptor or mapping left over, however the queue ended.",
	As:     everywhere,
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		for _, use := range []struct {
			name string
			run  func() error
		}{
			{"released unused", func() error { return s.use(ctx, max(s.MinCapacity, 8), func(queue.Queue[Item]) error { return nil }) }},
			{"closed and drained", func() error {
				_, _, err := deliver(ctx, s, max(s.MinCapacity, 8), shape{1, 1}, 20)
				return err
			}},
			{"broken", func() error {
				return breaks(ctx, s, plan{gets: make([]getJob, atMost(3, s.Consumers))})
			}},
		} {
			// The first time warms up: the runtime's poller and the like come to stay.
			var before owned
			for range 2 {
				before = holdings()
				if err := use.run(); err != nil {
					return fmt.Errorf("%s: %w", use.name, err)
				}
			}
			if err := returned(ctx, before); err != nil {
				return fmt.Errorf("%s: %w", use.name, err)
			}
		}
		return nil
	},
}

// owned is what a process can hold more of than it should.
type owned struct {
	goroutines  map[string]string // stack by id
	descriptors int
	mappings    int
}

func holdings() owned {
	o := owned{goroutines: map[string]string{}}
	for _, stack := range strings.Split(stacks(), "\n\n") {
		if id, rest, ok := strings.Cut(stack, " ["); ok {
			o.goroutines[id] = rest
		}
	}
	// Where there is no /proc only goroutines are counted.
	if dir, err := os.ReadDir("/proc/self/fd"); err == nil {
		o.descriptors = len(dir)
	}
	if text, err := os.ReadFile("/proc/self/maps"); err == nil {
		o.mappings = strings.Count(string(text), "memfd:") + strings.Count(string(text), "/dev/shm/")
	}
	return o
}

// returned checks that no more is held than before. A goroutine that has done
// its last visible thing may need a moment to be gone, so those are waited for.
func returned(ctx context.Context, before owned) error {
	now := holdings()
	// Descriptors are not waited for: the garbage collector would close them in
	// the end, and who relies on that has leaked them.
	if n := now.descriptors - before.descriptors; n > 0 {
		return fmt.Errorf("%d descriptors left", n)
	}
	if n := now.mappings - before.mappings; n > 0 {
		return fmt.Errorf("%d mappings left", n)
	}
	const looks = 400
	for i := 0; ; i++ {
		maps.DeleteFunc(now.goroutines, func(id, _ string) bool { _, old := before.goroutines[id]; return old })
		if len(now.goroutines) == 0 {
			return nil
		}
		if i == looks || ctx.Err() != nil {
			return fmt.Errorf("%d goroutines left:\n%s", len(now.goroutines), strings.Join(slices.Collect(maps.Values(now.goroutines)), "\n\n"))
		}
		time.Sleep(5 * time.Millisecond)
		now = holdings()
	}
}
