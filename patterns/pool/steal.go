package pool

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"crossover/patterns"
	"crossover/patterns/role"
)

// steal is a parallel for loop with work stealing: each worker starts with an
// equal part of the index range; one that has emptied its own takes the upper
// half of another's.
//
// Guarantees: the bound, for each Map by itself; a worker is idle only when all
// tasks have begun. Costs: Workers goroutines a Map, or threads that are made and
// ended for it, a compare-and-swap a task on a word that is rarely anybody else's.
// Breaks when: workers are many, for one that has nothing to do looks at the parts
// of all others; a Map has 2³² tasks or more.
//
// A deque of tasks (Chase and Lev 2005) is what a pool with tasks that spawn
// tasks needs; the tasks of a Map are known beforehand, and a range in one word
// is enough.
//
// Source: Blumofe and Leiserson, Scheduling multithreaded computations by work
// stealing (1999); lazy splitting of ranges: Tzannes et al. (2010).
type steal[In, Out any] struct {
	f    *Func[In, Out]
	o    Options
	door door
}

// span is a range of tasks in one word, [low, high), on a cache line of its own.
type span struct {
	word atomic.Uint64
	_    [56]byte
}

func packSpan(low, high uint32) uint64 { return uint64(high)<<32 | uint64(low) }

func unpackSpan(word uint64) (low, high uint32) { return uint32(word), uint32(word >> 32) }

func stealVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "steal",
			Summary:    "work stealing over index ranges",
			File:       "steal.go",
			Source:     "Blumofe and Leiserson 1999",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Bounded:    true,
		Reuses:     true,
		Executions: []role.As{role.Goroutine, role.Thread},
		New: func(f *Func[In, Out], o Options) (Pool[In, Out], error) {
			if err := o.check(role.Goroutine, role.Thread); err != nil {
				return nil, err
			}
			return &steal[In, Out]{f: f, o: o}, nil
		},
	}
}

func (p *steal[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if err := p.door.enter(); err != nil {
		return nil, err
	}
	defer p.door.leave()
	r := newResults[In, Out](len(in))
	spans := make([]span, min(p.o.Workers, len(in)))
	for w := range spans {
		spans[w].word.Store(packSpan(uint32(len(in)*w/len(spans)), uint32(len(in)*(w+1)/len(spans))))
	}
	var workers sync.WaitGroup
	var moves moves
	for w := range spans {
		steadily(&workers, p.o.As, func() {
			for ctx.Err() == nil {
				if i, ok := spans[w].take(); ok {
					r.run(p.f, in, i)
				} else if !moves.refill(spans, w) {
					return
				}
			}
		})
	}
	workers.Wait()
	return r.result(ctx)
}

// take removes the lowest task.
func (s *span) take() (task int, ok bool) {
	for {
		word := s.word.Load()
		low, high := unpackSpan(word)
		if low >= high {
			return 0, false
		}
		if s.word.CompareAndSwap(word, packSpan(low+1, high)) {
			return int(low), true
		}
	}
}

// half removes the upper half, the single last task included.
func (s *span) half() (low, high uint32, ok bool) {
	for {
		word := s.word.Load()
		low, high := unpackSpan(word)
		if low >= high {
			return 0, 0, false
		}
		middle := low + (high-low)/2
		if s.word.CompareAndSwap(word, packSpan(low, middle)) {
			return middle, high, true
		}
	}
}

// moves counts thefts. Between half and Store the tasks are in nobody's span,
// and one that moves behind a thief's back is missed by its search: who has
// found nothing may go only if nothing moved meanwhile.
type moves struct{ begun, ended atomic.Int64 }

// refill steals for worker w, whose own span is empty, starting at its neighbour
// so that thieves spread. False says that there is nothing to steal: what is
// left is in the hands of those who do it.
func (m *moves) refill(spans []span, w int) bool {
	for {
		ended := m.ended.Load()
		for k := 1; k < len(spans); k++ {
			victim := &spans[(w+k)%len(spans)]
			if victim.empty() {
				continue
			}
			m.begun.Add(1)
			low, high, ok := victim.half()
			if ok {
				spans[w].word.Store(packSpan(low, high)) // empty: nobody else writes it
			}
			m.ended.Add(1)
			if ok {
				return true
			}
		}
		if m.begun.Load() == ended {
			return false
		}
		runtime.Gosched() // for the thief to put away what it took
	}
}

func (s *span) empty() bool {
	low, high := unpackSpan(s.word.Load())
	return low >= high
}

func (p *steal[In, Out]) Close() error {
	p.door.close()
	return nil
}
