//go:build unix

package spawntest_test

import (
	"errors"
	"os"
	"runtime"

	"crossover/patterns/role"
	"crossover/patterns/spawn"
)

// platformDoubles are those made from spawners of processes.
func platformDoubles() []double {
	all := []double{
		{"place-as-said", "asked for another GOMAXPROCS", resized(genuine("exec"), func(o *spawn.Options) { o.GOMAXPROCS = 1 }), "has GOMAXPROCS=1"},
		{"kept-as-said", "keeps a process and says it does not", claims(genuine("warm"), func(v *variant) { v.Keeps = false }), "4 workers, one after the other, had 1 goroutines or processes"},
		{"kept-as-said", "says that it keeps one and does not", claims(genuine("exec"), func(v *variant) { v.Keeps = true }), "4 workers, one after the other, had 4 processes, want 1"},
		{"crash-reported", "says nothing of it", ending(genuine("startprocess"), silent), "was to exit and ended with <nil>"},
		{"crash-reported", "takes an exit with 0 for an answer", ending(genuine("startprocess"), content), "was to exit with 0 and ended with <nil>"},
		{"crash-reported", "keeps the text only", ending(genuine("startprocess"), text), "was to exit and ended with *errors.errorString"},
	}
	if runtime.GOOS == "linux" {
		all = append(all,
			double{"ready-beforehand", "starts one, whatever was asked", resized(genuine("warm"), func(o *spawn.Options) { o.Ready = 1 }), "1 workers were there, want 3"},
			double{"nothing-left", "lets its processes go later", releasing(genuine("warm"), func(s aSpawner) error { go s.Release(); return nil }), "left"},
			double{"start-all-or-nothing", "leaves a descriptor", halfMade(genuine("warm")), "descriptors left: /dev/null"},
			double{"start-all-or-nothing", "says nothing of workers that die at once", ending(genuine("exec"), silentOfCrash), "its result is 0"},
			double{"kill-survived", "says nothing when it is released", releasing(genuine("warm"), func(s aSpawner) error { s.Release(); return nil }), "killed idle: nothing was found wrong by Release"},
			double{"kill-survived", "says nothing of it", ending(genuine("startprocess"), silentOfCrash), "its result is 0"},
			double{"kill-survived", "loses the others too", ending(genuine("startprocess"), spreading()), "more workers were lost than killed"},
		)
	}
	return all
}

func content(e *end) {
	if x := (*role.ExitError)(nil); errors.As(e.Err, &x) && x.State.Success() {
		e.Err = nil
	}
}

func silentOfCrash(e *end) {
	if errors.As(e.Err, new(*role.ExitError)) {
		e.Err = nil
	}
}

// spreading has all workers fail once one has crashed.
func spreading() func(*end) {
	var broken error
	return func(e *end) {
		if errors.As(e.Err, new(*role.ExitError)) {
			broken = e.Err
		}
		if broken != nil {
			*e = end{Err: broken}
		}
	}
}

// halfMade keeps a descriptor where its spawner cannot be made.
func halfMade(v variant) variant {
	build := v.New
	v.New = func(b *spawn.Body[arg, result], o spawn.Options) (aSpawner, error) {
		s, err := build(b, o)
		if err != nil {
			null, _ := os.Open(os.DevNull)
			kept = append(kept, null)
		}
		return s, err
	}
	return v
}

// kept is out of reach of the garbage collector, which would close it.
var kept []*os.File
