//go:build unix

package lifecycletest_test

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"

	"crossover/patterns/lifecycle"
)

// platformDoubles are those made from workers that are processes.
func platformDoubles() []double {
	all := []double{
		{"place-as-said", "a process said to be a goroutine", claims("self", func(v *variant) { v.As = genuine("context").As }), "the variant runs as goroutine"},
		{"place-as-said", "has GOMAXPROCS its own way", optioned("self", func(o *lifecycle.Options) { o.GOMAXPROCS-- }), "GOMAXPROCS of processes is 3"},
		{"place-as-said", "forgets GOMAXPROCS after a kill", forgetful("warm"), "GOMAXPROCS of processes is 3"},
		{"crash-reported", "says nothing of it", told("exec", func(end) end { return end{} }), "was to exit and ended with code 0"},
		{"crash-reported", "loses the signal", told("self", func(e end) end { return end{Code: max(e.Code, -1), Err: e.Err} }), "was to be killed and ended with code -1"},
		{"crash-reported", "takes a code for a signal, as a shell does", told("exec", asShells), "was to exit and ended with code -9"},
		{"crash-reported", "takes any exit for a failure", told("self", suspicious), "was to exit in order"},
		{"endings-repeat", "kills whoever runs", squatting("exec"), "reached the next"},
		{"alive-until-joined", "killed when asked again", changed("exec", func(w worker) worker { return &insists{worker: w} }), "at work and "},
		{"kill-ends", "asks instead", changed("exec", func(w worker) worker { return gentle{w} }), "hang: waiting for Join"},
		{"kill-ends", "asks first", changed("exec", func(w worker) worker { return &polite{remembers{worker: w}} }), "hang: not asked before: waiting for Join"},
		{"kill-ends", "complains when it was killed", changed("exec", func(w worker) worker { return &mourns{worker: w} }), "asking a worker that was killed: it is dead"},
		{"kill-ends", "kills when asked", changed("self", func(w worker) worker { return brutal{w} }), "has stopped"},
		{"kill-ends", "makes light of it", told("warm", func(end) end { return end{} }), "was killed and ended with code 0"},
		{"grace-then-kill", "asks instead", changed("warm", func(w worker) worker { return gentle{w} }), "hang: waiting for Stop"},
		{"grace-then-kill", "gives up", claimsKill("context"), "unsupported operation"},
		{"nothing-left", "leaves its processes", unclosed("warm"), "descriptors left"},
		{"nothing-left", "leaves a descriptor when it cannot start", halfStarted("start.process"), "descriptors left"},
		{"nothing-left", "leaves a descriptor when its process ends early", halfStarted("self"), "descriptors left"},
		{"nothing-left", "does not let go of its input", holding("self"), "descriptors left"},
	}
	if runtime.GOOS == "linux" {
		all = append(all,
			double{"start-all-or-nothing", "leaves a descriptor", halfStarted("exec"), "descriptors left"},
			double{"murder-noticed", "says nothing of it", told("exec", func(end) end { return end{} }), "the worker ended with code 0"},
			double{"murder-noticed", "does not notice", changed("self", func(w worker) worker { return optimist{w} }), "hang: "},
		)
	}
	return all
}

func asShells(e end) end {
	if e.Code > 128 {
		e.Code = 128 - e.Code
	}
	return e
}

// insists on being obeyed when it asks again.
type insists struct {
	worker
	asked atomic.Bool
}

func (w *insists) Ask() error {
	if w.asked.Swap(true) {
		return w.worker.Kill()
	}
	return w.worker.Ask()
}

// optioned is a genuine variant that takes other options than it is given.
func optioned(name string, change func(*lifecycle.Options)) variant {
	v := genuine(name)
	build := v.New
	v.New = func(o lifecycle.Options) lifecycle.Starter {
		change(&o)
		return build(o)
	}
	return v
}

// forgetful is a genuine variant that starts without its options once one was killed.
func forgetful(name string) variant {
	v := genuine(name)
	build := v.New
	v.New = func(o lifecycle.Options) lifecycle.Starter {
		return &forgets{first: build(o), rest: build(lifecycle.Options{GOMAXPROCS: 1})}
	}
	return v
}

type forgets struct {
	first, rest lifecycle.Starter
	killed      atomic.Bool
}

func (s *forgets) Start(t *lifecycle.Task) (worker, error) {
	if s.killed.Load() {
		return s.rest.Start(t)
	}
	w, err := s.first.Start(t)
	return mortal{w, &s.killed}, err
}

func (s *forgets) Close() error { return errors.Join(s.first.Close(), s.rest.Close()) }

type mortal struct {
	worker
	killed *atomic.Bool
}

func (w mortal) Kill() error {
	w.killed.Store(true)
	return w.worker.Kill()
}

// suspicious wants to be told that all is well.
func suspicious(e end) end {
	if e.Code == 0 {
		e.Err = errors.New("ended without a report")
	}
	return e
}

// squatting is a genuine variant whose workers, killed for the first time when they have
// ended, kill the last that was started.
func squatting(name string) variant {
	var last atomic.Pointer[worker]
	return changed(name, func(w worker) worker {
		last.Store(&w)
		return &squats{worker: w, last: &last}
	})
}

type squats struct {
	worker
	killed atomic.Bool
	last   *atomic.Pointer[worker]
}

func (w *squats) Kill() error {
	if w.killed.Swap(true) || w.Alive() {
		return w.worker.Kill()
	}
	return (*w.last.Load()).Kill()
}

// polite never kills who has not been asked.
type polite struct{ remembers }

func (w *polite) Kill() error {
	if w.asked.Load() {
		return w.worker.Kill()
	}
	return w.worker.Ask()
}

// mourns who was killed.
type mourns struct {
	worker
	killed atomic.Bool
}

func (w *mourns) Kill() error {
	w.killed.Store(true)
	return w.worker.Kill()
}

func (w *mourns) Ask() error {
	if w.killed.Load() {
		return errors.New("it is dead")
	}
	return w.worker.Ask()
}

// gentle only ever asks.
type gentle struct{ worker }

func (w gentle) Kill() error { return w.Ask() }

// brutal does not ask.
type brutal struct{ worker }

func (w brutal) Ask() error {
	w.Kill()
	<-w.Done()
	return nil
}

func claimsKill(name string) variant {
	return claims(name, func(v *variant) { v.Kills = true })
}

// unclosed keeps what it should return in the end, and the garbage collector does
// not return it either.
func unclosed(name string) variant {
	v := genuine(name)
	build := v.New
	var all []lifecycle.Starter
	v.New = func(o lifecycle.Options) lifecycle.Starter {
		s := build(o)
		all = append(all, s)
		return open{s}
	}
	return v
}

type open struct{ lifecycle.Starter }

func (open) Close() error { return nil }

// halfStarted keeps a descriptor when it cannot be started.
func halfStarted(name string) variant {
	v := genuine(name)
	build := v.New
	v.New = func(o lifecycle.Options) lifecycle.Starter { return halfway{build(o)} }
	return v
}

type halfway struct{ lifecycle.Starter }

func (s halfway) Start(t *lifecycle.Task) (worker, error) {
	w, err := s.Starter.Start(t)
	if err != nil {
		f, _ := os.Open(os.DevNull)
		kept = append(kept, f)
	}
	return w, err
}

// kept is out of reach of the garbage collector, which would close it.
var kept []*os.File

// holding is joined without returning what its workers held.
func holding(name string) variant {
	var all []worker
	return changed(name, func(w worker) worker {
		all = append(all, w)
		return holds{w}
	})
}

type holds struct{ worker }

func (w holds) Join() end {
	<-w.Done()
	return end{}
}

// optimist believes that a worker lives until it says otherwise.
type optimist struct{ worker }

func (w optimist) Join() end {
	if e := w.worker.Join(); e.Code >= 0 {
		return e
	}
	select {}
}
