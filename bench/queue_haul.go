package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"crossover/internal/spin"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

// tally is what a party of a queue saw.
type tally struct {
	Count   int    // items put and kept, or got
	Dropped int    // items refused
	Sum     uint64 // of the words of the counted items, wrapping
}

// errand is what a party is told to do.
type errand struct {
	ID    int
	Items int // to put; or to get, 0 meaning until the queue is closed
	Spin  int // iterations of work on each item
	// Relieved says that a broken queue is the ordinary end, not a failure.
	Relieved bool
}

// hauliers are the two roles of a queue of Q: items or pointers to them.
type hauliers[Q any] struct {
	producer, consumer *role.Role[queue.Queue[Q], errand, tally]
}

func newHauliers[Q any](name string, produce, consume role.Body[queue.Queue[Q], errand, tally]) hauliers[Q] {
	return hauliers[Q]{
		role.Register("bench.producer."+name, queue.Transport[Q](queue.PutSide), produce),
		role.Register("bench.consumer."+name, queue.Transport[Q](queue.GetSide), consume),
	}
}

var (
	hauliers8    = newHauliers("8", produce[[1]uint64], consume[[1]uint64])
	hauliers64   = newHauliers("64", produce[[8]uint64], consume[[8]uint64])
	hauliers1024 = newHauliers("1024", produce[[128]uint64], consume[[128]uint64])
	hauliers4096 = newHauliers("4096", produce[[512]uint64], consume[[512]uint64])

	refs8    = newHauliers("ref.8", produceRefs[[1]uint64], consumeRefs[[1]uint64])
	refs64   = newHauliers("ref.64", produceRefs[[8]uint64], consumeRefs[[8]uint64])
	refs1024 = newHauliers("ref.1024", produceRefs[[128]uint64], consumeRefs[[128]uint64])
	refs4096 = newHauliers("ref.4096", produceRefs[[512]uint64], consumeRefs[[512]uint64])
)

// word is what a producer writes into its i-th item.
func word(producer, i int) uint64 { return uint64(producer)<<40 | uint64(i) }

func produce[T item](ctx context.Context, seat *role.Seat, q queue.Queue[T], h errand) (t tally, err error) {
	defer queue.BreakOn(ctx, q)()
	if err := seat.Ready(ctx); err != nil {
		return t, err
	}
	var v T
	for i := range h.Items {
		w := word(h.ID, i)
		fill(&v, w)
		if more, err := t.put(h, w, q.Put(v)); !more {
			return t, err
		}
	}
	return t, nil
}

// produceRefs allocates each item anew: its consumer owns it.
func produceRefs[T item](ctx context.Context, seat *role.Seat, q queue.Queue[*T], h errand) (t tally, err error) {
	defer queue.BreakOn(ctx, q)()
	if err := seat.Ready(ctx); err != nil {
		return t, err
	}
	for i := range h.Items {
		w := word(h.ID, i)
		v := new(T)
		fill(v, w)
		if more, err := t.put(h, w, q.Put(v)); !more {
			return t, err
		}
	}
	return t, nil
}

// put counts an item by what Put said of it, and says whether to go on.
func (t *tally) put(h errand, w uint64, err error) (more bool, failure error) {
	switch {
	case err == nil:
		t.Count++
		t.Sum += w
	case err == queue.ErrDropped:
		t.Dropped++
		if t.Dropped%64 == 0 {
			runtime.Gosched() // with one P the consumer must get its turn
		}
	case h.Relieved && errors.Is(err, queue.ErrBroken):
		return false, nil
	default:
		return false, fmt.Errorf("putting an item after %d: %w", t.Count, err)
	}
	return true, nil
}

func consume[T item](ctx context.Context, seat *role.Seat, q queue.Queue[T], h errand) (t tally, err error) {
	defer queue.BreakOn(ctx, q)()
	if err := seat.Ready(ctx); err != nil {
		return t, err
	}
	for h.Items == 0 || t.Count < h.Items {
		v, err := q.Get()
		if err != nil {
			return t, t.endOfGets(err)
		}
		if err := got(&t, h, &v); err != nil {
			return t, err
		}
	}
	return t, nil
}

func consumeRefs[T item](ctx context.Context, seat *role.Seat, q queue.Queue[*T], h errand) (t tally, err error) {
	defer queue.BreakOn(ctx, q)()
	if err := seat.Ready(ctx); err != nil {
		return t, err
	}
	for h.Items == 0 || t.Count < h.Items {
		v, err := q.Get()
		if err != nil {
			return t, t.endOfGets(err)
		}
		if err := got(&t, h, v); err != nil {
			return t, err
		}
	}
	return t, nil
}

// endOfGets is nil if err only says that there will be no more items.
func (t *tally) endOfGets(err error) error {
	if err == queue.ErrClosed {
		return nil
	}
	return fmt.Errorf("getting an item after %d: %w", t.Count, err)
}

// got reads an item, counts it and works on it.
func got[T item](t *tally, h errand, v *T) error {
	w, whole := read(v)
	if !whole {
		return wrong("an item put together from two")
	}
	t.Count++
	t.Sum += w
	if h.Spin > 0 {
		sink.Store(spin.Chain(h.Spin, w))
	}
	return nil
}

func total(reports []role.Report[tally]) (t tally) {
	for _, r := range reports {
		t.Count += r.Out.Count
		t.Dropped += r.Out.Dropped
		t.Sum += r.Out.Sum
	}
	return t
}
