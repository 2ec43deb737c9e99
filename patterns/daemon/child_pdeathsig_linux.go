package daemon

import (
	"runtime"
	"syscall"

	"crossover/patterns"
	"crossover/patterns/role"
)

// childPdeathsigVariant is a worker process that the kernel kills when main dies.
//
// Guarantees: the worker is gone with main, in whatever way main went, even one
// that is hung: it takes no part. Costs: a process, and an OS thread of main's kept
// for as long as the worker lives: the signal comes when the *thread* that started
// it ends, and Go ends idle threads as it likes. Breaks when: the worker executes a
// program with more rights than its own (set-user-ID, capabilities), its very first
// one included: the kernel then forgets the signal. Its own children get no such
// signal.
//
// Source: prctl(2), PR_SET_PDEATHSIG; golang/go#27505.
func childPdeathsigVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "child.pdeathsig",
			Summary:    "child process, killed by the kernel with the thread that started it",
			File:       "child_pdeathsig_linux.go",
			Source:     "prctl(2), PR_SET_PDEATHSIG; golang/go#27505",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Executions: []role.As{role.Process},
		Ends:       ends(Cut, Cut, Cut, Cut, Cut),
		Start:      startOnThread,
	}
}

// startOnThread starts the worker from a thread that lasts as long as it.
func startOnThread(t *Task, o Options) (Daemon, error) {
	var w worker
	var err error
	started := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		w, err = t.start(role.Options{
			Orphaned: role.Continues,
			Attr:     &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
		}, o, role.Process)
		close(started)
		if err == nil {
			<-w.Done()
		}
	}()
	<-started
	if err != nil {
		return nil, err
	}
	return w, nil
}
