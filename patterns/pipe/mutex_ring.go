package pipe

import (
	"io"
	"sync"

	"crossover/patterns"
)

// mutexRingVariant is the textbook bounded buffer each way: a ring of messages
// under a mutex, with one condition to wait for room and one for messages.
//
// Guarantees that a sender can be 64 messages ahead. Costs a short critical
// section a message on either side; messages are copied outside of it, which is
// safe because a slot has one sender or one receiver at a time.
//
// It breaks where messages are large: each of the 64 slots keeps memory for the
// largest it has held.
//
// Source: C. A. R. Hoare, Monitors: An Operating System Structuring Concept,
// CACM 17(10), 1974.
func mutexRingVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "mutex.ring",
			Summary: "ring of messages under a mutex and two conditions",
			File:    "mutex_ring.go",
			Source:  "Hoare, Monitors, CACM 17(10), 1974",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesPanic, Cancels: true,
			},
		},
		Ahead: capacity,
		New:   func() (a, b End, err error) { return twoLanes(newMutexLane) },
	}
}

type mutexLane struct {
	mu             sync.Mutex
	room, messages sync.Cond
	sent, received uint64
	closed, broken bool

	slots [capacity][]byte // message i is in slot i modulo capacity
}

func newMutexLane() lane {
	l := &mutexLane{}
	l.room.L, l.messages.L = &l.mu, &l.mu
	return l
}

func (l *mutexLane) send(message []byte) error {
	l.mu.Lock()
	for l.sent-l.received == capacity && !l.broken {
		l.room.Wait()
	}
	broken, slot := l.broken, &l.slots[l.sent%capacity]
	l.mu.Unlock()
	if broken {
		return ErrBroken
	}
	*slot = append((*slot)[:0], message...)
	l.step(&l.sent, &l.messages)
	return nil
}

func (l *mutexLane) receive(buf []byte) ([]byte, error) {
	l.mu.Lock()
	for l.sent == l.received && !l.closed && !l.broken {
		l.messages.Wait()
	}
	broken, drained, slot := l.broken, l.sent == l.received, &l.slots[l.received%capacity]
	l.mu.Unlock()
	switch {
	case broken:
		return nil, ErrBroken
	case drained:
		return nil, io.EOF
	}
	buf = append(buf[:0], *slot...)
	l.step(&l.received, &l.room)
	return buf, nil
}

// step makes a slot the other side's.
func (l *mutexLane) step(count *uint64, changed *sync.Cond) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*count++
	changed.Signal()
}

func (l *mutexLane) shut()   { l.end(&l.closed) }
func (l *mutexLane) giveUp() { l.end(&l.broken) }

func (l *mutexLane) end(flag *bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*flag = true
	l.room.Broadcast()
	l.messages.Broadcast()
}
