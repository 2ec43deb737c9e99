package shm_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
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
	if runtime.GOMAXPROCS(0) < 2 || runtime.NumCPU() < 2 {
		t.Skip("the two sides cannot meet")
	}
	region, err := shm.New(int(unsafe.Sizeof(shared{})))
	if err != nil {
		t.Fatal(err)
	}
	defer region.Release()
	s := (*shared)(region.At(0))
	const (
		turns = 300_000
		over  = turns + 1
	)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for last := int64(0); ; {
			i := s.turn.Load()
			switch {
			case i == over:
				return
			case i > last:
				s.changed.Store(true)
				s.event.Signal()
				s.turn.Store(-i)
				last = i
			}
		}
	}()
	lost := 0
	for i, end := int64(1), time.Now().Add(2*time.Second); i <= turns && time.Now().Before(end); i++ { // a busy machine gets fewer
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
	s.turn.Store(over)
	<-done
	if lost > 0 {
		t.Errorf("%d times a sleeper would have slept on", lost)
	}
}
