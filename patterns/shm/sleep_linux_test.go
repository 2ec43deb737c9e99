package shm_test

import (
	"math"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"crossover/patterns/shm"
)

// Who has prepared does not sleep past what came before it parked, and who parks looks
// again first.
func TestNotAsleep(t *testing.T) {
	for name, sleep := range map[string]func(*shm.Event){
		"signal after Prepare":    func(e *shm.Event) { ticket := e.Prepare(); e.Signal(); e.Park(ticket) },
		"broadcast after Prepare": func(e *shm.Event) { ticket := e.Prepare(); e.Broadcast(); e.Park(ticket) },
		"changed at the last look": func(e *shm.Event) {
			s := shm.Spell(math.MaxInt32 / 2) // long enough to park
			s.For(e, func() bool { return true })
		},
	} {
		t.Run(name, func(t *testing.T) {
			var e shm.Event
			awake := make(chan struct{})
			go func() { sleep(&e); close(awake) }()
			select {
			case <-awake:
			case <-time.After(10 * time.Second):
				t.Error("it sleeps on")
			}
		})
	}
}

// Only a wait whose time ran out says so, and not before it did.
func TestWaitFor(t *testing.T) {
	var word atomic.Uint32
	if shm.WaitFor(&word, 1, time.Minute) {
		t.Error("where the word had another value, WaitFor said that its time ran out")
	}
	const d = 3 * time.Millisecond
	start := time.Now()
	for !shm.WaitFor(&word, 0, d) { // a signal may end it early
		if time.Since(start) > 10*time.Second {
			t.Fatal("woken by nobody, WaitFor did not say that its time ran out")
		}
	}
	if took := time.Since(start); took < d {
		t.Errorf("WaitFor gave up after %v, want %v", took, d)
	}
}

// A program that a process starts does not get its memory.
func TestNotInherited(t *testing.T) {
	r, err := shm.New(1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	flags, err := unix.FcntlInt(r.File().Fd(), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("flags %#x, %v: the descriptor stays open in a started program", flags, err)
	}
}
