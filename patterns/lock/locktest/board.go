package locktest

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"
)

// board is what the lock of a law guards. All but one of its words are atomic, so
// that a lock which fails is told by its law and not by the race detector.
type board struct {
	Arrived          atomic.Int32 // at work
	Writers, Readers atomic.Int32 // inside
	Words            [8]atomic.Uint64
	Count            uint64 // plain: the race detector looks at the locks that pass
}

// meet waits until so many are at work: a gate's news reaches a process later than
// a goroutine, which would be done by then.
func (b *board) meet(ctx context.Context, parties int) {
	b.Arrived.Add(1)
	for int(b.Arrived.Load()) < parties && ctx.Err() == nil {
		time.Sleep(10 * time.Microsecond)
	}
}

// write changes each word, leaving the board in disorder meanwhile. It reports
// what a party that is alone cannot see.
//
// Count is read before and written after everything else: the atomic words order
// what lies between them, and the race detector is to see what the lock orders.
func (b *board) write() (together, torn bool) {
	count := b.Count
	together = b.Writers.Add(1) != 1 || b.Readers.Load() != 0
	n := b.Words[0].Load()
	for i := range b.Words {
		torn = torn || b.Words[i].Load() != n
		b.Words[i].Store(n + 1)
		dawdle(i, n)
	}
	together = b.Writers.Add(-1) != 0 || together
	b.Count = count + 1
	return together, torn
}

// read looks at each word.
func (b *board) read() (together, torn bool) {
	b.Readers.Add(1)
	together = b.Writers.Load() != 0
	n := b.Words[0].Load()
	for i := range b.Words {
		torn = torn || b.Words[i].Load() != n
		dawdle(i, n)
	}
	b.Readers.Add(-1)
	return together, torn
}

// dawdle stays inside until other goroutines have had a CPU, and now and then those of
// other processes too, so that a lock which lets them in does so.
func dawdle(word int, n uint64) {
	switch {
	case word != 3:
	case n%16 == 0:
		time.Sleep(time.Microsecond)
	default:
		runtime.Gosched()
	}
}

// repair puts in order what a dead writer has left.
func (b *board) repair() {
	b.Writers.Store(0)
	b.Readers.Store(0)
	n := b.Words[0].Load() // written first
	for i := range b.Words {
		b.Words[i].Store(n)
	}
}
