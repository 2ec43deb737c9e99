package pipe

import (
	"io"
	"sync"

	"crossover/patterns"
)

// chanVariant is an unbuffered channel each way, with a done channel beside it
// whose closing wakes whoever waits.
//
// Guarantees that a message was taken when Send returns. Costs a switch of
// goroutines for each message and two copies of it. To send the slice itself was
// tempting, and it is what to do where the sender never touches it again; here it
// would make the message the receiver's, where every other mechanism leaves it
// the sender's.
//
// It breaks where both ends send before they receive: they wait for each other,
// from the first message on.
//
// Source: The Go Programming Language Specification, Channel types; The Go
// Memory Model, Channel communication.
func chanVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "chan",
			Summary: "unbuffered channel, select with a done channel",
			File:    "chan.go",
			Source:  "Go specification, Channel types; Go memory model, Channel communication",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesPanic, Cancels: true,
			},
		},
		New: func() (a, b End, err error) { return twoLanes(func() lane { return newChanLane(0) }) },
	}
}

// chanLane copies messages through buffers used in turn. That needs nobody to
// hand a buffer back, since the memory model says when one is free: with
// capacity C, when the send of message k+C+1 completes, the receive of message
// k+1 has begun, and so message k has been copied out. Hence C+2 buffers.
type chanLane struct {
	messages chan []byte
	done     chan struct{}

	buffers [][]byte // the sender's
	turn    int

	shutting, givingUp sync.Once
}

func newChanLane(capacity int) *chanLane {
	return &chanLane{
		messages: make(chan []byte, capacity),
		done:     make(chan struct{}),
		buffers:  make([][]byte, capacity+2),
	}
}

func (l *chanLane) send(message []byte) error {
	if l.broken() {
		return ErrBroken
	}
	b := &l.buffers[l.turn]
	*b = append((*b)[:0], message...)
	select {
	case l.messages <- *b:
	case <-l.done:
		return ErrBroken
	}
	if l.turn++; l.turn == len(l.buffers) {
		l.turn = 0
	}
	return nil
}

func (l *chanLane) receive(buf []byte) ([]byte, error) {
	if l.broken() {
		return nil, ErrBroken
	}
	select {
	case m, ok := <-l.messages:
		switch {
		case ok:
			return append(buf[:0], m...), nil
		case l.broken(): // since we looked, and closed after that
			return nil, ErrBroken
		}
		return nil, io.EOF
	case <-l.done:
		return nil, ErrBroken
	}
}

// broken is asked first because a select with two ready cases picks either.
func (l *chanLane) broken() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

func (l *chanLane) shut()   { l.shutting.Do(func() { close(l.messages) }) }
func (l *chanLane) giveUp() { l.givingUp.Do(func() { close(l.done) }) }
