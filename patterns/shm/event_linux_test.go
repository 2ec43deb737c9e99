package shm_test

import (
	"sync/atomic"
	"testing"
	"unsafe"

	"crossover/patterns/shm"
)

// A change and a signal after it against Prepare and a look: one side sees the other, or
// the sleeper is never woken. Under -race too, where an atomic store to memory that is not
// Go's does not wait for what is read after it.
func TestNoWakeUpLost(t *testing.T) {
	type shared struct {
		_       [64]byte
		changed atomic.Bool
		_       [64]byte
		event   shm.Event
		_       [64]byte
		turn    atomic.Int64
	}
	region, err := shm.New(int(unsafe.Sizeof(shared{})))
	if err != nil {
		t.Fatal(err)
	}
	defer region.Release()
	s := (*shared)(region.At(0))
	const turns = 300_000
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := int64(1); i <= turns; i++ {
			for s.turn.Load() != i {
			}
			s.changed.Store(true)
			s.event.Signal()
			s.turn.Store(-i)
		}
	}()
	lost := 0
	for i := int64(1); i <= turns; i++ {
		s.changed.Store(false)
		s.event.Signal() // takes off who did not park
		before := s.event.Epoch()
		s.turn.Store(i)
		for range i % 50 { // somewhere in between both meet
			s.turn.Load()
		}
		s.event.Prepare()
		asleep := !s.changed.Load()
		for s.turn.Load() != -i {
		}
		if asleep && s.event.Epoch() == before {
			lost++
		}
	}
	<-done
	if lost > 0 {
		t.Errorf("%d of %d would have slept on", lost, turns)
	}
}
