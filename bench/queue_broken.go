package bench

import (
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns"
	"crossover/patterns/clock"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

func queueBroken() situation {
	return situation{
		Situation: catalog.Situation{
			ID: "queue-broken", Name: "given up while all wait",
			Note:  "Four producers wait at a full queue and four consumers at an empty one when both queues are broken, as when a context ends. ns/op is from then until all eight have returned. Only for queues that release whoever waits.",
			Point: queuePoint("4", "4", "64", "64", "0ns", "broken"),
			Axis:  "cap",
		},
		full: []string{"1", "64", "1024"},
		admits: func(e entrant) bool {
			return e.as == role.Goroutine && e.Cancels && e.Overflow == patterns.Block
		},
		only: Full,
	}
}

// runBroken breaks b.N pairs of queues.
func (t *QueueTable) runBroken(b *testing.B, c *conditions) {
	b.StopTimer()
	var wall time.Duration
	b.ResetTimer()
	b.StartTimer() // of no other use than to limit b.N
	for range b.N {
		took, err := t.breakAll(c)
		if err != nil {
			b.Fatal(err)
		}
		wall += took
	}
	b.StopTimer()
	reportTimes(b, b.N, wall, -1) // too short to tell
}

// breakAll is how long parties at a full and at an empty queue take to return once
// both are broken.
func (t *QueueTable) breakAll(c *conditions) (took time.Duration, err error) {
	full, err := newQueue(c, t.Copy64)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, full.Release()) }()
	empty, err := newQueue(c, t.Copy64)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, empty.Release()) }()

	var waits []func() error
	for range c.count("producers") {
		waits = append(waits, func() (err error) {
			for err == nil {
				err = full.Put([8]uint64{})
			}
			return err
		})
	}
	for range c.count("consumers") {
		waits = append(waits, func() error {
			_, err := empty.Get()
			return err
		})
	}
	errs := make([]error, len(waits))
	returned := make([]time.Time, len(waits))
	var begun, gone sync.WaitGroup
	begun.Add(len(waits))
	for i, wait := range waits {
		gone.Go(func() {
			begun.Done()
			errs[i] = wait()
			returned[i] = clock.Now()
		})
	}
	begun.Wait()
	for range 200 { // so that they fill the one queue, and park
		runtime.Gosched()
	}
	start := clock.Now()
	full.Break()
	empty.Break()
	gone.Wait()
	for i, err := range errs {
		if !errors.Is(err, queue.ErrBroken) {
			return 0, wrong("a party at a broken queue was told %v", err)
		}
		took = max(took, returned[i].Sub(start))
	}
	return took, nil
}
