package queuetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"crossover/patterns"
	"crossover/patterns/clock"
	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
)

var linearizableLaw = Law{
	Name: "linearizable",
	Doc:  "Concurrent calls take effect one after the other, each between its beginning and its end, as on a bounded first-in-first-out queue.",
	Excuse: here(func(v queue.Variant[Item]) string {
		if v.Order != patterns.FIFO {
			return "promises no total order"
		}
		return discards(v)
	}),
	Check: linearizable,
}

// How much is recorded, per variant.
const (
	histories = 200
	budget    = 200 * time.Millisecond // after which fewer have to do
	least     = 20                     // histories found legal, or nothing is shown
	puts      = 18                     // in one history: with the gets at most 36 calls
	undecided = 2 * time.Second        // of search, and a history counts as unknown
	doubtful  = 0.1                    // share of unknown histories from which on nothing is shown
)

// linearizable records many short histories. One long history would be more
// natural and is of no use: the search through its orders does not end.
func linearizable(ctx context.Context, s Subject) error {
	legal, unknown := 0, 0
	end := clock.Now().Add(time.Duration(lawtest.Soak()) * budget)
	for i := 0; i < histories*lawtest.Soak() && (legal < least || clock.Now().Before(end)) && ctx.Err() == nil; i++ {
		sh := shape{atMost(1+i%3, s.Producers), atMost(1+i/3%3, s.Consumers)}
		capacity := s.capacity([]int{0, 1, 2, 4}[i%4])
		var h []porcupine.Operation
		err := s.use(ctx, capacity, func(q queue.Queue[Item]) (err error) {
			h, err = record(ctx, q, sh)
			return err
		})
		if err != nil {
			return err
		}
		switch porcupine.CheckOperationsTimeout(fifo(s, capacity), h, undecided) {
		case porcupine.Ok:
			legal++
		case porcupine.Unknown:
			unknown++
		case porcupine.Illegal:
			return fmt.Errorf("not linearizable: capacity %d, %d → %d:\n%s", capacity, sh.producers, sh.consumers, spell(h))
		}
	}
	// An unknown history is no evidence either way: now and then one has so many
	// calls at once that the search through their orders does not end.
	lawtest.Logf(ctx, "%d histories linearizable, %d unknown", legal, unknown)
	if legal < least || float64(unknown) > doubtful*float64(legal) {
		return fmt.Errorf("%d histories linearizable, %d unknown: not enough to say so of the queue", legal, unknown)
	}
	return nil
}

// call is the input of an operation, result its output.
type (
	call   struct{ put bool }
	result struct {
		item    byte
		dropped bool
	}
)

// record runs one history on a new queue. Timestamps come from one monotonic
// clock, so it has to be in one process.
func record(ctx context.Context, q queue.Queue[Item], sh shape) ([]porcupine.Operation, error) {
	var (
		epoch                = clock.Now()
		gate                 = make(chan struct{})
		producers, consumers sync.WaitGroup
		logs                 = make([][]porcupine.Operation, sh.producers+sh.consumers)
		errs                 = make([]error, len(logs))
	)
	// note runs one operation of a party and writes it down if it took effect.
	note := func(party int, in call, operate func() (result, error)) bool {
		start := clock.Since(epoch)
		out, err := operate()
		end := clock.Since(epoch)
		if err != nil {
			errs[party] = err
			return false
		}
		logs[party] = append(logs[party], porcupine.Operation{
			ClientId: party, Input: in, Call: int64(start), Output: out, Return: int64(end),
		})
		return true
	}
	for p := range sh.producers {
		producers.Go(func() {
			<-gate
			for i := p; i < puts; i += sh.producers {
				ok := note(p, call{put: true}, func() (result, error) {
					err := q.Put(newItem(0, uint64(i)))
					if errors.Is(err, queue.ErrDropped) {
						return result{byte(i), true}, nil
					}
					return result{byte(i), false}, err
				})
				if !ok {
					return
				}
			}
		})
	}
	for c := range sh.consumers {
		consumers.Go(func() {
			<-gate
			get := func() (result, error) {
				item, err := q.Get()
				return result{item: byte(item.Seq)}, err
			}
			for note(sh.producers+c, call{put: false}, get) {
			}
		})
	}
	close(gate)
	if err := lawtest.Await(ctx, "the producers of a history", func() error { producers.Wait(); return nil }); err != nil {
		return nil, err
	}
	q.Close()
	if err := lawtest.Await(ctx, "its consumers, after Close", func() error { consumers.Wait(); return nil }); err != nil {
		return nil, err
	}
	for party, err := range errs {
		if party < sh.producers && err != nil || party >= sh.producers && !errors.Is(err, queue.ErrClosed) {
			return nil, fmt.Errorf("party %d of %d → %d: %w", party, sh.producers, sh.consumers, err)
		}
	}
	return slices.Concat(logs...), nil
}

// fifo is the sequential queue: its state is the waiting items, a byte each.
//
// The capacities used are powers of two, or above the number of items, so
// nobody rounds them. Capacity 0 is modelled as 1: a rendezvous is a queue whose
// item is taken as soon as it is put.
func fifo(s Subject, capacity int) porcupine.Model {
	full := max(capacity, 1)
	if s.Overflow == patterns.Grow {
		full = puts
	}
	return porcupine.Model{
		Init: func() any { return "" },
		Step: func(state, input, output any) (bool, any) {
			waiting, out := state.(string), output.(result)
			switch {
			case out.dropped:
				return len(waiting) == full, waiting
			case input.(call).put:
				return len(waiting) < full, waiting + string([]byte{out.item})
			case len(waiting) == 0 || waiting[0] != out.item:
				return false, waiting
			}
			return true, waiting[1:]
		},
	}
}

// spell writes a history for a person: one call a line, by time of beginning.
func spell(history []porcupine.Operation) string {
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	var text []byte
	for _, op := range history {
		out := op.Output.(result)
		verb := "get"
		if op.Input.(call).put {
			verb = "put"
		}
		text = fmt.Appendf(text, "  party %d: %s %d from %d to %d ns, dropped %v\n", op.ClientId, verb, out.item, op.Call, op.Return, out.dropped)
	}
	return string(text)
}
