package peers

import (
	"runtime"
	"sync/atomic"

	"crossover/bench"
	"crossover/patterns"
	"crossover/patterns/queue"
	"crossover/patterns/queue/queuetest"
)

// Queues returns the peers of package queue.
func Queues[T any]() []queue.Variant[T] {
	return append([]queue.Variant[T]{
		xsyncMPMCVariant[T](),
		xsyncSPSCVariant[T](),
	}, lscqVariants[T]()...)
}

// queueTable is the peers for every type of item.
func queueTable() bench.QueueTable {
	return bench.QueueTable{
		Copy8: Queues[[1]uint64](), Copy64: Queues[[8]uint64](),
		Copy1024: Queues[[128]uint64](), Copy4096: Queues[[512]uint64](),
		Ref8: Queues[*[1]uint64](), Ref64: Queues[*[8]uint64](),
		Ref1024: Queues[*[128]uint64](), Ref4096: Queues[*[512]uint64](),
		Law: Queues[queuetest.Item](),
	}
}

// tryer is a queue that never waits.
type tryer[T any] interface {
	TryEnqueue(T) bool
	TryDequeue() (T, bool)
}

// waiting makes a tryer wait as xsync's README has it, by runtime.Gosched, and
// end as the contract wants it.
type waiting[T any, Q tryer[T]] struct {
	q              Q
	closed, broken atomic.Bool
}

func (w *waiting[T, Q]) Put(item T) error {
	for !w.broken.Load() {
		if w.q.TryEnqueue(item) {
			return nil
		}
		runtime.Gosched()
	}
	return queue.ErrBroken
}

// A try may fail because another consumer was quicker, so one that fails does not
// mean that a closed queue is drained. That consumer will come again; so many in a
// row mean it.
const emptyTries = 100

func (w *waiting[T, Q]) Get() (item T, err error) {
	for vain := 0; !w.broken.Load(); {
		closed := w.closed.Load() // asked first: what was put before Close is then there
		if item, ok := w.q.TryDequeue(); ok {
			return item, nil
		}
		if closed && !w.broken.Load() { // broken first and then closed is broken
			if vain++; vain == emptyTries {
				return item, queue.ErrClosed
			}
		}
		runtime.Gosched()
	}
	return item, queue.ErrBroken
}

func (w *waiting[T, Q]) Close()         { w.closed.Store(true) }
func (w *waiting[T, Q]) Break()         { w.broken.Store(true) }
func (w *waiting[T, Q]) Release() error { return nil }

// waits are the properties of all of them.
func waits(p patterns.Properties) patterns.Properties {
	p.Order, p.Survives, p.Cancels, p.Spins = patterns.FIFO, patterns.SurvivesPanic, true, true
	return p
}
