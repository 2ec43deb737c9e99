// Package statetest holds the laws of package state as data, callable on any
// implementation.
//
// A test of state variants is one line, and a TestMain so that the owner of a
// store can be a process:
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { statetest.Run(t, state.Variants[statetest.Key]()) }
//
// Callers are goroutines throughout: the question is who holds the data.
package statetest

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/state"
)

// Key is what the laws keep values by.
type Key uint64

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Subject]

// Subject is a variant in one execution.
type Subject struct {
	state.Variant[Key]
	As role.As // how the owner of the data runs
}

func (s Subject) String() string { return s.Name + "/" + string(s.As) }

// open makes a store. Whatever becomes of the check, no owner process is left once
// ctx has ended or letGo was called.
func (s Subject) open(ctx context.Context, r *state.Rule[Key]) (st state.Store[Key], letGo func(), err error) {
	if st, err = s.New(r, state.Options{Owner: role.Options{As: s.As}, Effort: effort}); err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() {
		if o, ok := st.(state.Owned); ok && s.As == role.Process {
			o.Owner().Kill()
		}
	})
	return st, func() {
		stop()
		if ctx.Err() == nil { // or somebody may still be inside
			shut(ctx, st)
		}
	}, nil
}

// effort is what stores are made with where it is not the law's concern.
const effort = 100

// use makes a store, uses it and closes it.
func (s Subject) use(ctx context.Context, r *state.Rule[Key], f func(state.Store[Key]) error) error {
	st, letGo, err := s.open(ctx, r)
	if err != nil {
		return err
	}
	defer letGo()
	user := gather(1, func(int) error { return f(st) })
	if err = user.join(ctx); ctx.Err() != nil {
		return err
	}
	return errors.Join(err, shut(ctx, st))
}

// keys are those that a store can have.
func (s Subject) keys() []Key {
	if s.Counter {
		return []Key{0}
	}
	return []Key{0, 1, 1 << 63}
}

// The rules that laws use.
var (
	adding = state.Named[Key]("statetest.adding", nil)
	ruled  = state.Named[Key]("statetest.ruled", apply)

	// yielding adds too, and lets others come meanwhile: where goroutines take turns,
	// callers would hardly ever meet.
	yielding = state.Named[Key]("statetest.yielding", func(_ int, value, delta int64) int64 {
		runtime.Gosched()
		return value + delta
	})

	// lingering is a rule that keeps an owner from ending at once.
	lingering = state.Named[Key]("statetest.lingering", func(_ int, value, delta int64) int64 {
		lawtest.Linger()
		lawtest.Linger()
		return value + delta
	})

	// labouring is a rule by which the effort shows.
	labouring = state.Named[Key]("statetest.labouring", func(effort int, value, delta int64) int64 {
		return value + int64(effort)*delta
	})
)

// additions are the rules that add which a variant can follow.
func (s Subject) additions() []*state.Rule[Key] {
	if s.Adds {
		return []*state.Rule[Key]{adding}
	}
	return []*state.Rule[Key]{adding, yielding}
}

// Deltas that are no numbers to the rule.
const (
	panics = -1000 - iota
	leaves // by runtime.Goexit
	exits
	faults // is panics with an error, as the runtime does
	hushes // is panics without a word
	rants  // is panics at length
)

// text is of the panic.
const text = "this update was to panic"

// apply is a rule by which the order of updates shows.
func apply(_ int, value, delta int64) int64 {
	switch delta {
	case panics:
		panic(text)
	case faults:
		panic(errors.New(text))
	case hushes:
		panic("")
	case rants:
		panic(strings.Repeat(text+"\n", 1000))
	case leaves:
		lawtest.Linger() // for others to come, who are to hear of it
		runtime.Goexit()
	case exits:
		os.Exit(3)
	}
	return 3*value + delta
}

// Laws returns all laws, the elementary ones first.
func Laws() []Law {
	return append([]Law{
		separateLaw, apartLaw, manyLaw, arriveLaw, refusedLaw, unsupportedLaw,
		lostLaw, twiceLaw, tellsLaw, betweenLaw, forwardLaw, linearizableLaw, ruleLaw,
		effortLaw, panicLaw,
		closeLaw, closedLaw, repeatLaw, leftoverLaw,
		askedLaw, leavesLaw, exitsLaw, killedLaw,
	}, platformLaws()...)
}

// Subjects is every variant with the data in this process, in the hands of a thread
// and in another process.
func Subjects(variants []state.Variant[Key]) (subjects []Subject) {
	for _, v := range variants {
		subjects = append(subjects, Subject{v, role.Goroutine}, Subject{v, role.Thread}, Subject{v, role.Process})
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, variants []state.Variant[Key]) { lawtest.Run(t, Laws(), Subjects(variants)) }

// excuse is why a law does not bind a variant with these properties.
type excuse func(state.Variant[Key]) string

// everywhere is for a law about stores, wherever the data is. It binds unless one
// of the excuses holds.
func everywhere(excuses ...excuse) func(Subject) string {
	return func(s Subject) string {
		if s.As == role.Process && !s.Crosses {
			return "stays in its process"
		}
		if s.As == role.Thread && !s.Owned {
			return "has no owner to lock to a thread"
		}
		for _, e := range excuses {
			if why := e(s.Variant); why != "" {
				return why
			}
		}
		return ""
	}
}

// across is for a law about owners that are processes.
func across(excuses ...excuse) func(Subject) string {
	return func(s Subject) string {
		if s.As != role.Process {
			return "asks nothing of goroutines and threads"
		}
		return everywhere(excuses...)(s)
	}
}

func counters(v state.Variant[Key]) string { return when(v.Counter, "has one key") }
func maps(v state.Variant[Key]) string     { return when(!v.Counter, "has any key") }
func adders(v state.Variant[Key]) string   { return when(v.Adds, "only adds") }
func weak(v state.Variant[Key]) string     { return when(v.Weak, "does not order updates") }
func unowned(v state.Variant[Key]) string  { return when(!v.Owned, "has no owner") }
func mortal(v state.Variant[Key]) string {
	return when(v.Survives != patterns.SurvivesCrash, "does not survive a crash")
}

func when(b bool, why string) string {
	if b {
		return why
	}
	return ""
}
