package pipe

import (
	"io"
	"runtime"
	"sync/atomic"
)

// mailbox is a slot for one message and a word that says whose it is: the lane
// of mailbox.spin and mailbox.park.
type mailbox struct {
	full           atomic.Bool // the slot is the receiver's
	closed, broken atomic.Bool
	_              [56]byte
	slot           []byte

	start             spin    // of a wait
	emptied, refilled *parker // nil where the waiters spin
}

func newMailbox() *mailbox {
	return &mailbox{start: blind(runtime.GOMAXPROCS(0))}
}

func (m *mailbox) send(message []byte) error {
	for s := m.start; m.full.Load() && !m.broken.Load(); {
		if s.wait() {
			m.emptied.park(func() bool { return !m.full.Load() || m.broken.Load() })
		}
	}
	if m.broken.Load() {
		return ErrBroken
	}
	m.slot = append(m.slot[:0], message...)
	m.full.Store(true)
	m.refilled.unpark()
	return nil
}

func (m *mailbox) receive(buf []byte) ([]byte, error) {
	for s := m.start; !m.full.Load() && !m.broken.Load(); {
		// Nothing is sent after closing, so a look at full taken after it is final.
		if m.closed.Load() && !m.full.Load() {
			return nil, io.EOF
		}
		if s.wait() {
			m.refilled.park(func() bool { return m.full.Load() || m.closed.Load() || m.broken.Load() })
		}
	}
	if m.broken.Load() {
		return nil, ErrBroken
	}
	buf = append(buf[:0], m.slot...)
	m.full.Store(false)
	m.emptied.unpark()
	return buf, nil
}

func (m *mailbox) shut() {
	m.closed.Store(true)
	m.refilled.unpark()
}

func (m *mailbox) giveUp() {
	m.broken.Store(true)
	m.emptied.unpark()
	m.refilled.unpark()
}

// parker is a place for one goroutine to sleep at until something has changed. A
// nil one is where nobody sleeps.
type parker struct {
	asleep atomic.Bool
	wake   chan struct{} // of one: a token is never waited for
}

func newParker() *parker { return &parker{wake: make(chan struct{}, 1)} }

// park sleeps until unpark, unless the thing has changed already. A token that
// was not needed wakes the next sleeper for nothing, who looks again anyway.
func (p *parker) park(changed func() bool) {
	if p == nil {
		return
	}
	p.asleep.Store(true)
	if !changed() {
		<-p.wake
	}
}

// unpark is called after the change. With nobody asleep it costs a load.
func (p *parker) unpark() {
	if p != nil && p.asleep.Load() && p.asleep.Swap(false) {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
}
