package locktest

import (
	"runtime"
	"sync/atomic"
)

// board is what the lock of a law guards. All but one of its words are atomic, so
// that a lock which fails is told by its law and not by the race detector.
type board struct {
	Writers, Readers atomic.Int32 // inside
	Words            [8]atomic.Uint64
	Count            uint64 // plain: the race detector looks at the locks that pass
}

// write changes each word, leaving the board in disorder meanwhile. It reports
// what a party that is alone cannot see.
func (b *board) write() (together, torn bool) {
	together = b.Writers.Add(1) != 1 || b.Readers.Load() != 0
	n := b.Words[0].Load()
	for i := range b.Words {
		torn = torn || b.Words[i].Load() != n
		b.Words[i].Store(n + 1)
		if i == len(b.Words)/2 && n%8 == 0 {
			runtime.Gosched() // let the others try
		}
	}
	together = b.Writers.Add(-1) != 0 || together
	return together, torn
}

// read looks at each word.
func (b *board) read() (together, torn bool) {
	b.Readers.Add(1)
	together = b.Writers.Load() != 0
	n := b.Words[0].Load()
	for i := range b.Words {
		if i == len(b.Words)/2 && n%8 == 0 {
			runtime.Gosched()
		}
		torn = torn || b.Words[i].Load() != n
	}
	b.Readers.Add(-1)
	return together, torn
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
