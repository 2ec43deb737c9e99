package bench

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"crossover/patterns/clock"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

// offer is what both sides of an open loop are told. It stays in this process.
type offer struct {
	loop  *openLoop
	items int // to offer
	spin  int // iterations of work on each
	epoch time.Time
	taken *atomic.Int64 // what the consumer has taken so far
}

// passage is what either side did.
type passage struct {
	tally
	depth     []int                   // the producer's
	peakHeap  uint64                  // the producer's
	latencies *hdrhistogram.Histogram // the consumer's
}

var (
	offerItems = role.Register("bench.queue.offer", role.Transport[queue.Queue[[8]uint64]]{}, offerQueue)
	serveItems = role.Register("bench.queue.serve", role.Transport[queue.Queue[[8]uint64]]{}, serveQueue)
)

// offerQueue puts items at their intended times, which they carry.
func offerQueue(ctx context.Context, seat *role.Seat, q queue.Queue[[8]uint64], o offer) (p passage, err error) {
	defer queue.BreakOn(ctx, q)()
	if err := seat.Ready(ctx); err != nil {
		return p, err
	}
	start := clock.Now()
	offset := start.Sub(o.epoch)
	var v [8]uint64
	for i := range o.items {
		w := uint64(offset + o.loop.await(start, i))
		fill(&v, w)
		if _, err := p.put(errand{}, w, q.Put(v)); err != nil {
			return p, err
		}
		if quarter(i, o.items) {
			p.depth = append(p.depth, p.Count-discarded(q)-int(o.taken.Load()))
			p.peakHeap = max(p.peakHeap, heapInUse())
		}
	}
	return p, nil
}

// serveQueue takes items, works on them and counts how long after its intended
// time each is done.
func serveQueue(ctx context.Context, seat *role.Seat, q queue.Queue[[8]uint64], o offer) (p passage, err error) {
	defer queue.BreakOn(ctx, q)()
	p.latencies = newHistogram()
	if err := seat.Ready(ctx); err != nil {
		return p, err
	}
	for {
		v, err := q.Get()
		if errors.Is(err, queue.ErrClosed) {
			return p, nil
		}
		if err != nil {
			return p, fmt.Errorf("getting an item after %d: %w", p.Count, err)
		}
		keep := o.loop.keeps(p.Count)
		if err := got(&p.tally, errand{Spin: o.spin}, &v); err != nil {
			return p, err
		}
		o.taken.Store(int64(p.Count))
		if keep {
			record(p.latencies, clock.Since(o.epoch)-time.Duration(v[0]))
		}
	}
}

// runLatency measures a queue at a stated rate: one producer, one consumer. b.N
// items are offered; what a queue that drops refuses is not served.
func (t *QueueTable) runLatency(b *testing.B, c *conditions) {
	loop := newOpenLoop(b, c, "chan", func(b *testing.B, c *conditions) { haulItems(b, c, hauliers64, queue.Variants[[8]uint64]()) })
	q, err := newQueue(c, t.Copy64)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := q.Release(); err != nil {
			b.Error(err)
		}
	}()
	crew := newCrew[passage](b, c, 2)
	o := offer{loop, b.N, c.Work.Iterations(c.duration("work")), clock.Now(), new(atomic.Int64)}
	crew.add(offerItems.Start(crew.ctx, crew.gate, crew.side(0), q, o))
	crew.add(serveItems.Start(crew.ctx, crew.gate, crew.side(1), q, o))
	reports := crew.work(func(i int) {
		if i == 0 {
			q.Close()
		}
	}, q.Break)
	put, got := reports[0].Out, reports[1].Out
	lost := discarded(q)
	put.Count -= lost
	if lost > 0 {
		put.Sum = got.Sum // which items made room is not known
	}
	refused := put.Dropped + lost
	if put.Count != got.Count || put.Sum != got.Sum || put.Count+refused != b.N {
		b.Fatal(wrong("put %d items (sum %x), %d refused, got %d (sum %x), want %d", put.Count, put.Sum, refused, got.Count, got.Sum, b.N))
	}
	crew.report(b.N)
	loop.report(b, outcome{
		offered: b.N, served: got.Count, dropped: refused, wall: crew.wall,
		latencies: got.latencies, depth: put.depth, peakHeap: put.peakHeap,
	})
}
