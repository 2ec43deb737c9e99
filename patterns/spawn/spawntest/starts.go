package spawntest

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
	"crossover/patterns/spawn"
)

var limitLaw = Law{
	Name:   "limit-checked",
	Doc:    "A limit of less than one worker is refused.",
	Excuse: bounded,
	Check: func(ctx context.Context, v Variant) error {
		for _, limit := range []int{0, -1} {
			if s, err := v.New(body, spawn.Options{Limit: limit, Starters: 1}); err == nil {
				s.Release()
				return fmt.Errorf("a limit of %d was accepted", limit)
			}
		}
		return nil
	},
}

var placeLaw = Law{
	Name:   "place-as-said",
	Doc:    "Workers run in this process, locked to a thread or not, or in processes with the GOMAXPROCS asked for: as the variant says.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		o := roomy
		o.GOMAXPROCS = 3
		return try(ctx, v, o, func(t *trial) error {
			s := t.start(ctx, nil, t.args(3))
			if err := s.join(); err != nil {
				return err
			}
			for _, e := range s.ends {
				switch here := e.Out.Pid == os.Getpid(); {
				case e.Err != nil:
					return e.Err
				case here == (v.As == role.Process):
					return fmt.Errorf("runs as %s, and a worker ran in process %d; this one is %d", v.As, e.Out.Pid, os.Getpid())
				case here && e.Out.Locked != (v.As == role.Thread):
					return fmt.Errorf("runs as %s, and that a worker is locked to its thread is %t", v.As, e.Out.Locked)
				case !here && e.Out.Procs != o.GOMAXPROCS:
					return fmt.Errorf("a worker process has GOMAXPROCS=%d, want %d", e.Out.Procs, o.GOMAXPROCS)
				}
			}
			return s.judge()
		})
	},
}

var keptLaw = Law{
	Name:   "kept-as-said",
	Doc:    "Each worker has a goroutine or a process of its own; or the next one gets the same, where they are kept.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		const n = 4
		return try(ctx, v, roomy, func(t *trial) error {
			workers := map[string]bool{}
			spawned := 0
			// A goroutine may have left its result and not come for the next argument yet.
			for patient := v.Keeps && v.As != role.Process; spawned < n || patient && len(workers) == spawned; spawned++ {
				s := t.start(ctx, nil, t.args(1))
				err := s.join()
				if ctx.Err() != nil {
					return fmt.Errorf("waiting for a worker to be kept, of %d so far: %w", spawned, context.Cause(ctx))
				}
				if err != nil {
					return err
				}
				if err := s.judge(); err != nil {
					return err
				}
				workers[s.ends[0].Out.Worker()] = true
				lawtest.Linger()
			}
			switch {
			case !v.Keeps && len(workers) < spawned:
				return fmt.Errorf("%d workers, one after the other, had %d goroutines or processes, want one each", spawned, len(workers))
			case v.Keeps && v.As == role.Process && len(workers) > 1:
				return fmt.Errorf("%d workers, one after the other, had %d processes, want 1", spawned, len(workers))
			}
			return nil
		})
	},
}

var readyLaw = Law{
	Name: "ready-beforehand",
	Doc:  "As many workers as asked for are there before the first Spawn, where they are kept.",
	Excuse: func(v Variant) string {
		switch {
		case !v.Keeps:
			return "keeps no workers"
		case v.As == role.Process && runtime.GOOS != "linux":
			return "children are not found here"
		}
		return ""
	},
	Check: func(ctx context.Context, v Variant) error {
		o := roomy
		o.Ready = 3
		before := roletest.Hold()
		return try(ctx, v, o, func(*trial) error {
			n := len(before.NewGoroutines())
			if v.As == role.Process {
				n = len(before.NewChildren())
			}
			if n < o.Ready {
				return fmt.Errorf("%d workers were there, want %d", n, o.Ready)
			}
			return nil
		})
	},
}

var onceLaw = Law{
	Name:   "each-once",
	Doc:    "Every worker runs once, with its own argument, however large, and its result stands where the argument stood, whatever Spawns come after.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, roomy, func(t *trial) error {
			var spawns []*spawning
			for _, n := range []int{0, 1, 5, some(v, 200), 3} {
				s := t.start(ctx, nil, t.args(n))
				if err := s.join(); err != nil {
					return err
				}
				if err := s.judge(); err != nil {
					return err
				}
				spawns = append(spawns, s)
			}
			for _, s := range spawns {
				if err := s.judge(); err != nil {
					return fmt.Errorf("after another Spawn: %w", err)
				}
			}
			large := t.args(2)
			for i := range large {
				large[i].Load = strings.Repeat(strconv.Itoa(i), 200<<10) // more than pipes and buffers hold
			}
			if err := t.do(large); err != nil {
				return fmt.Errorf("large: %w", err)
			}
			return nil
		})
	},
}
