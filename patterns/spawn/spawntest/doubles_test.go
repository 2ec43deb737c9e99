package spawntest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/spawn"
	"crossover/patterns/spawn/spawntest"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

type (
	arg      = spawntest.Arg
	result   = spawntest.Result
	end      = spawn.End[result]
	variant  = spawn.Variant[arg, result]
	aSpawner = spawn.Spawner[arg, result]
	aSpawn   = func(context.Context, *spawn.Hold, []arg) []end
)

// double is a variant that breaks one law on purpose.
type double struct {
	law  string
	name string // what is wrong with it
	variant
	want string // is in the error
}

var doubles = []double{
	{"limit-checked", "makes do with what it gets", resized(genuine("sem"), func(o *spawn.Options) { o.Limit = max(o.Limit, 1) }), "a limit of 0 was accepted"},
	{"place-as-said", "goroutines said to be processes", claims(genuine("go"), func(v *variant) { v.As = role.Process }), "runs as process, and a worker ran in process"},
	{"place-as-said", "goroutines said to be threads", claims(genuine("go"), func(v *variant) { v.As = role.Thread }), "runs as thread, and that a worker is locked to its thread is false"},
	{"ready-beforehand", "starts the first with the first Spawn", resized(genuine("reuse"), func(o *spawn.Options) { o.Ready = 0 }), "workers were there, want 3"},
	{"kept-as-said", "keeps goroutines and says it does not", claims(genuine("reuse"), func(v *variant) { v.Keeps = false }), "4 workers, one after the other, had"},
	{"kept-as-said", "says that it keeps them and does not", claims(genuine("go"), func(v *variant) { v.Keeps = true }), "hang: waiting for a worker to be kept"},
	{"each-once", "runs the first twice", spawning(genuine("go"), repeats), "ran 2 times"},
	{"each-once", "swaps the outer ends", spawning(genuine("go"), swaps), "worker 0 of 5: its result is"},
	{"each-once", "gives all the last argument", spawning(genuine("go"), sharesVariable), "worker 0 of 5: its result is"},
	{"each-once", "does not start the last", spawning(genuine("go"), forgets), "its result is 0"},
	{"each-once", "uses a slice of ends again", spawning(genuine("go"), reuses), "after another Spawn: worker 0 of "},
	{"each-once", "cuts what is large", ending(genuine("go"), cut), "large: worker 0 of 2: its result brings back 65536 bytes that are not the 204800 it was given"},
	{"failure-reported", "leaves a result beside the error", ending(genuine("go"), half), "was to fail and has the result"},
	{"failure-reported", "keeps the first error only", spawning(genuine("errgroup"), firstOnly), "was to fail and ended with <nil>"},
	{"panic-reported", "keeps the text only", ending(genuine("go"), text), "was to panic and ended with *errors.errorString"},
	{"panic-reported", "says nothing of it", ending(genuine("go"), silent), "was to panic and ended with <nil>"},
	{"panic-reported", "takes errors for failures", ending(genuine("go"), valueOfPanic), "was to panic with an error and ended with *errors.errorString"},
	{"panic-reported", "says nothing of the runtime's", ending(genuine("go"), silentOfFault), "was to fault and ended with <nil>"},
	{"panic-reported", "frees a slot twice", after(genuine("sem"), panicked, func(o *spawn.Options) { o.Limit++ }), "afterwards: 5 workers came to the hold"},
	{"goexit-reported", "loses a slot", after(genuine("sem"), failed, func(o *spawn.Options) { o.Limit-- }), "hang: afterwards: waiting for workers to come to the hold"},
	{"goexit-reported", "says nothing of it", ending(genuine("go"), silent), "was to call runtime.Goexit and ended with <nil>"},
	{"spawns-separate", "swaps the ends of two Spawns", spawning(genuine("go"), exchanging()), "worker"},
	{"spawns-separate", "one Spawn at a time", spawning(genuine("go"), inTurn), "hang: beside one that is held: waiting for Spawn to return"},
	{"bound-kept", "not bounded", claims(genuine("go"), func(v *variant) { v.Bounded = true }), "limit 1: 100 workers came to the hold"},
	{"bound-kept", "one too many", resized(genuine("sem"), func(o *spawn.Options) { o.Limit++ }), "limit 1: 2 workers came to the hold"},
	{"bound-kept", "one at a time", resized(genuine("sem"), func(o *spawn.Options) { o.Limit = 1 }), "hang: limit 3: waiting for workers to come to the hold"},
	{"bound-kept", "bounds each Spawn by itself", separate(genuine("sem")), "limit 1: two Spawns: 2 workers came to the hold"},
	{"all-at-once", "a thousand at a time", claims(resized(genuine("sem"), func(o *spawn.Options) { o.Limit = 1000 }), func(v *variant) { v.Bounded = false }), "hang: waiting for workers to come to the hold"},
	{"held-until-released", "holds nobody", spawning(genuine("go"), unheld), "the Spawn returned when 0 workers had come to the hold"},
	{"held-until-released", "holds them after the body", spawning(genuine("go"), heldAfter), "a worker ran its body in the hold"},
	{"held-until-released", "comes twice", spawning(genuine("go"), comesTwice), "5 workers came to the hold, want each of 4 once"},
	{"cancel-stops", "leaves out of the hold who was not started", spawning(genuine("go"), leavesOut), "0 workers came to the hold, want each of 6 once"},
	{"cancel-stops", "loses a slot now and then", after(genuine("sem"), everyFifth(cancelled), func(o *spawn.Options) { o.Limit = max(o.Limit-1, 1) }), "hang: cancelled with 3 workers held: waiting for workers to come to the hold"},
	{"cancel-stops", "deaf to its context", spawning(genuine("go"), deaf), "cancelled before: 6 workers were started after the context had ended"},
	{"cancel-stops", "does not wait for workers", spawning(genuine("sem"), hasty), "returned while workers were held"},
	{"cancel-stops", "gives no cause", ending(genuine("go"), causeless), "want the context's cause"},
	{"cancel-stops", "says that none was started", spawning(genuine("go"), denies), "ran and is said not to have been started"},
	{"cancel-stops", "loses a slot", after(genuine("sem"), cutShort, func(o *spawn.Options) { o.Limit = max(o.Limit-1, 1) }), "hang: afterwards: waiting for workers to come to the hold"},
	{"cancel-stops", "waits for another Spawn, deaf to its context", inParts(genuine("sem")), "while waiting for another Spawn: 2 workers were started after the context had ended"},
	{"nothing-left", "leaves a goroutine", spawning(genuine("go"), leaks), "hang: when one was to "},
	{"nothing-left", "keeps its goroutines", releasing(genuine("reuse"), func(aSpawner) error { return nil }), "hang: when one was to "},
}

func TestDoubles(t *testing.T) {
	all := append(doubles, platformDoubles()...)
	var tested []lawtest.Double[spawntest.Variant]
	for _, d := range all {
		tested = append(tested, lawtest.Double[spawntest.Variant]{Law: d.law, Name: d.name, Subject: spawntest.Variant{Variant: d.variant}, Want: d.want})
	}
	var untried []string
	if platformDoubles() == nil {
		untried = []string{"crash-reported"}
	}
	lawtest.Doubles(t, spawntest.Laws(), tested, untried...)
}

// genuine is the variant of that name.
func genuine(name string) variant {
	all := spawn.Variants[arg, result]()
	return all[slices.IndexFunc(all, func(v variant) bool { return v.Name == name })]
}

// claims is a variant that says something else of itself.
func claims(v variant, change func(*variant)) variant {
	change(&v)
	return v
}

// resized is a variant that takes other options than it is given.
func resized(v variant, change func(*spawn.Options)) variant {
	build := v.New
	v.New = func(b *spawn.Body[arg, result], o spawn.Options) (aSpawner, error) {
		change(&o)
		return build(b, o)
	}
	return v
}

// altered is a spawner with another Spawn or Release.
type altered struct {
	spawn   aSpawn
	release func() error
}

func (a altered) Spawn(ctx context.Context, h *spawn.Hold, args []arg) []end {
	return a.spawn(ctx, h, args)
}
func (a altered) Release() error { return a.release() }

// changed is a variant with something between its spawners and their user.
func changed(v variant, change func(aSpawner) aSpawner) variant {
	build := v.New
	v.New = func(b *spawn.Body[arg, result], o spawn.Options) (aSpawner, error) {
		s, err := build(b, o)
		if err != nil {
			return nil, err
		}
		return change(s), nil
	}
	return v
}

func spawning(v variant, change func(aSpawn) aSpawn) variant {
	return changed(v, func(s aSpawner) aSpawner { return altered{change(s.Spawn), s.Release} })
}

func releasing(v variant, change func(aSpawner) error) variant {
	return changed(v, func(s aSpawner) aSpawner {
		return altered{s.Spawn, func() error { return change(s) }}
	})
}

// ending is a variant that tells otherwise how workers ended.
func ending(v variant, change func(*end)) variant {
	return spawning(v, func(inner aSpawn) aSpawn {
		return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
			ends := inner(ctx, h, args)
			for i := range ends {
				change(&ends[i])
			}
			return ends
		}
	})
}

func silent(e *end) { e.Err = nil }

func text(e *end) {
	if e.Err != nil {
		e.Err = errors.New(e.Err.Error())
	}
}

func cut(e *end) { e.Out.Load = e.Out.Load[:min(len(e.Out.Load), 1<<16)] }

func half(e *end) {
	if e.Err != nil {
		e.Out.Value = 1
	}
}

// valueOfPanic reports what a panic was called with, where that is an error.
func valueOfPanic(e *end) {
	if p := (*role.PanicError)(nil); errors.As(e.Err, &p) {
		if err, ok := p.Value.(error); ok {
			e.Err = err
		}
	}
}

func silentOfFault(e *end) {
	if p := (*role.PanicError)(nil); errors.As(e.Err, &p) {
		if _, fault := p.Value.(runtime.Error); fault {
			e.Err = nil
		}
	}
}

func causeless(e *end) {
	if errors.Is(e.Err, spawn.ErrNotStarted) {
		e.Err = spawn.ErrNotStarted
	}
}

func repeats(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		if len(args) > 0 {
			inner(ctx, nil, args[:1])
		}
		return inner(ctx, h, args)
	}
}

func swaps(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		ends := inner(ctx, h, args)
		if n := len(ends); n > 0 {
			ends[0], ends[n-1] = ends[n-1], ends[0]
		}
		return ends
	}
}

// sharesVariable does what the loops of Go before 1.22 did.
func sharesVariable(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		same := slices.Clone(args)
		for i := range same {
			same[i] = args[len(args)-1]
		}
		return inner(ctx, h, same)
	}
}

// reuses gives ends in a slice that it has given before, if that is large enough.
func reuses(inner aSpawn) aSpawn {
	var before []end
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		ends := inner(ctx, h, args)
		if len(ends) > len(before) {
			before = ends
			return ends
		}
		return before[:copy(before, ends)]
	}
}

func forgets(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		if len(args) == 0 {
			return inner(ctx, h, args)
		}
		return append(inner(ctx, h, args[:len(args)-1]), end{})
	}
}

func firstOnly(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		ends := inner(ctx, h, args)
		seen := false
		for i := range ends {
			if seen {
				ends[i].Err = nil
			}
			seen = seen || ends[i].Err != nil
		}
		return ends
	}
}

// exchanging gives each of two Spawns that meet the ends of the other.
func exchanging() func(aSpawn) aSpawn {
	return func(inner aSpawn) aSpawn {
		type offer struct {
			ends     []end
			inReturn chan []end
		}
		meeting := make(chan offer)
		return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
			mine := inner(ctx, h, args)
			own := offer{mine, make(chan []end, 1)}
			select {
			case other := <-meeting:
				other.inReturn <- mine
				return other.ends
			case meeting <- own: // a third has no part in it
				return <-own.inReturn
			}
		}
	}
}

func unheld(inner aSpawn) aSpawn {
	return func(ctx context.Context, _ *spawn.Hold, args []arg) []end { return inner(ctx, nil, args) }
}

// heldAfter lets workers run their body before they come to the hold.
func heldAfter(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		ends := inner(ctx, nil, args)
		inner(ctx, h, args)
		return ends
	}
}

// comesTwice has the first worker come to the hold once more.
func comesTwice(inner aSpawn) aSpawn {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		ends := inner(ctx, h, args)
		inner(ended, h, args[:min(len(args), 1)])
		return ends
	}
}

func leavesOut(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		if ctx.Err() != nil {
			h = nil
		}
		return inner(ctx, h, args)
	}
}

func inTurn(inner aSpawn) aSpawn {
	var turn sync.Mutex
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		turn.Lock()
		defer turn.Unlock()
		return inner(ctx, h, args)
	}
}

func deaf(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		return inner(context.WithoutCancel(ctx), h, args)
	}
}

// hasty returns as soon as its context ends.
func hasty(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		if ctx.Err() != nil {
			return inner(ctx, h, args)
		}
		done := make(chan []end, 1)
		go func() { done <- inner(ctx, h, args) }()
		select {
		case ends := <-done:
			return ends
		case <-ctx.Done():
			return lost(ctx, len(args))
		}
	}
}

// denies says of all workers that none was started once its context has ended.
func denies(inner aSpawn) aSpawn {
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		ends := inner(ctx, h, args)
		if ctx.Err() != nil {
			return lost(ctx, len(args))
		}
		return ends
	}
}

func lost(ctx context.Context, n int) []end {
	return slices.Repeat([]end{{Err: fmt.Errorf("%w: %w", spawn.ErrNotStarted, context.Cause(ctx))}}, n)
}

// after is a variant whose spawners are made anew, with other options, after a Spawn
// that ended in a certain way. It is for those that keep nothing.
func after(v variant, way func(context.Context, []end) bool, change func(*spawn.Options)) variant {
	build := v.New
	v.New = func(b *spawn.Body[arg, result], o spawn.Options) (aSpawner, error) {
		s, err := build(b, o)
		if err != nil {
			return nil, err
		}
		return altered{func(ctx context.Context, h *spawn.Hold, args []arg) []end {
			ends := s.Spawn(ctx, h, args)
			if way(ctx, ends) {
				change(&o)
				s, _ = build(b, o)
			}
			return ends
		}, func() error { return s.Release() }}, nil
	}
	return v
}

func failed(_ context.Context, ends []end) bool {
	return slices.ContainsFunc(ends, func(e end) bool { return e.Err != nil })
}

func panicked(_ context.Context, ends []end) bool {
	return slices.ContainsFunc(ends, func(e end) bool { return errors.As(e.Err, new(*role.PanicError)) })
}

func cancelled(ctx context.Context, _ []end) bool { return ctx.Err() != nil }

// everyFifth is true of each fifth Spawn that ended this way.
func everyFifth(way func(context.Context, []end) bool) func(context.Context, []end) bool {
	n := 0
	return func(ctx context.Context, ends []end) bool {
		if way(ctx, ends) {
			n++
			return n%5 == 0
		}
		return false
	}
}

// cutShort says that a context ended when some workers had been started.
func cutShort(ctx context.Context, ends []end) bool {
	return ctx.Err() != nil && slices.ContainsFunc(ends, func(e end) bool { return e.Err == nil })
}

// separate is a variant that makes a spawner for each Spawn.
func separate(v variant) variant {
	build := v.New
	v.New = func(b *spawn.Body[arg, result], o spawn.Options) (aSpawner, error) {
		s, err := build(b, o)
		if err != nil {
			return nil, err
		}
		return altered{func(ctx context.Context, h *spawn.Hold, args []arg) []end {
			own, _ := build(b, o)
			return own.Spawn(ctx, h, args)
		}, s.Release}, nil
	}
	return v
}

// inParts is a variant that spawns as many workers at a time as the limit says, and
// looks at its context in between.
func inParts(v variant) variant {
	build := v.New
	v.New = func(b *spawn.Body[arg, result], o spawn.Options) (aSpawner, error) {
		s, err := build(b, o)
		if err != nil {
			return nil, err
		}
		return altered{func(ctx context.Context, h *spawn.Hold, args []arg) (ends []end) {
			for part := range slices.Chunk(args, o.Limit) {
				hears := ctx
				if ctx.Err() == nil {
					hears = context.WithoutCancel(ctx)
				}
				ends = append(ends, s.Spawn(hears, h, part)...)
			}
			return ends
		}, s.Release}, nil
	}
	return v
}

// leaks starts a goroutine that nobody ends, once for each Spawn.
func leaks(inner aSpawn) aSpawn {
	var never sync.WaitGroup
	never.Add(1)
	return func(ctx context.Context, h *spawn.Hold, args []arg) []end {
		go never.Wait()
		return inner(ctx, h, args)
	}
}
