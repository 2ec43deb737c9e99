package queuetest_test

import (
	"errors"
	"sync"

	"crossover/patterns/queue"
)

func thrifty(put, get bool) variant {
	v := genuine("mutex.ring")
	v.New = func(capacity int) (aQueue, error) {
		if capacity < v.MinCapacity {
			return nil, errors.New("no capacity")
		}
		q := &frugal{put: put, get: get, capacity: capacity}
		q.items.L, q.room.L = &q.mu, &q.mu
		return q, nil
	}
	return v
}

// frugal signals only where it is news that there is an item, or room: what comes
// before the one woken is there wakes nobody.
type frugal struct {
	put, get       bool // which of the two is frugal
	mu             sync.Mutex
	items, room    sync.Cond
	ring           []item
	capacity       int
	closed, broken bool
}

func (q *frugal) Put(i item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ring) == q.capacity && !q.broken {
		q.room.Wait()
	}
	if q.broken {
		return queue.ErrBroken
	}
	if q.ring = append(q.ring, i); len(q.ring) == 1 || !q.put {
		q.items.Signal()
	}
	return nil
}

func (q *frugal) Get() (i item, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ring) == 0 && !q.closed && !q.broken {
		q.items.Wait()
	}
	switch {
	case q.broken:
		return i, queue.ErrBroken
	case len(q.ring) == 0:
		return i, queue.ErrClosed
	}
	if i, q.ring = q.ring[0], q.ring[1:]; len(q.ring) == q.capacity-1 || !q.get {
		q.room.Signal()
	}
	return i, nil
}

func (q *frugal) Close() { q.end(&q.closed) }
func (q *frugal) Break() { q.end(&q.broken) }

func (q *frugal) end(flag *bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	*flag = true
	q.items.Broadcast()
	q.room.Broadcast()
}

func (q *frugal) Release() error { return nil }

func flagging() variant {
	return changed("mutex.slice", func(q aQueue) aQueue {
		f := &flags{aQueue: q}
		f.items.L = &f.mu
		return f
	})
}

// flags knows that somebody waits, not how many do.
type flags struct {
	aQueue
	mu     sync.Mutex
	items  sync.Cond
	count  int
	parked bool
	ended  bool
}

func (q *flags) Put(i item) error {
	err := q.aQueue.Put(i)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.count++; q.parked {
		q.items.Signal()
	}
	return err
}

func (q *flags) Get() (item, error) {
	q.mu.Lock()
	for q.count == 0 && !q.ended {
		q.parked = true
		q.items.Wait()
		q.parked = false
	}
	q.count--
	q.mu.Unlock()
	return q.aQueue.Get()
}

func (q *flags) Break() {
	q.aQueue.Break()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	q.items.Broadcast()
}
