//go:build unix

package lifecycletest_test

import (
	"runtime"

	"crossover/patterns/lifecycle"
)

// platformDoubles are those made from workers that are processes.
func platformDoubles() []double {
	all := []double{
		{"place-as-said", "a process said to be a goroutine", claims("self", func(v *variant) { v.As = genuine("context").As }), "the variant runs as goroutine"},
		{"crash-reported", "says nothing of it", told("exec", func(end) end { return end{} }), "was to exit and ended with code 0"},
		{"crash-reported", "loses the signal", told("self", func(e end) end { return end{Code: max(e.Code, -1), Err: e.Err} }), "was to be killed and ended with code -1"},
		{"kill-ends", "asks instead", changed("exec", func(w worker) worker { return gentle{w} }), "hang: waiting for Join"},
		{"kill-ends", "kills when asked", changed("self", func(w worker) worker { return brutal{w} }), "has stopped"},
		{"kill-ends", "makes light of it", told("warm", func(end) end { return end{} }), "was killed and ended with code 0"},
		{"grace-then-kill", "asks instead", changed("warm", func(w worker) worker { return gentle{w} }), "hang: waiting for Stop"},
		{"grace-then-kill", "gives up", claimsKill("context"), "unsupported operation"},
		{"nothing-left", "leaves its processes", unclosed("warm"), "descriptors left"},
		{"nothing-left", "does not let go of its input", holding("self"), "descriptors left"},
	}
	if runtime.GOOS == "linux" {
		all = append(all,
			double{"murder-noticed", "says nothing of it", told("exec", func(end) end { return end{} }), "the worker ended with code 0"},
			double{"murder-noticed", "does not notice", changed("self", func(w worker) worker { return optimist{w} }), "hang: "},
		)
	}
	return all
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
