package pipetest_test

import (
	"slices"

	"crossover/patterns/pipe"
)

// What goes wrong with messages of some lengths only.

// cuts takes a buffer for larger than it is.
type cuts struct {
	pipe.End
	over, under int // lengths that are cut
}

func (e cuts) Send(m []byte) error {
	if len(m) > e.over && len(m) < e.under {
		m = m[:e.over]
	}
	return e.End.Send(m)
}

// shuffles sends the pages of a message in the wrong order.
type shuffles struct{ pipe.End }

func (e shuffles) Send(m []byte) error {
	const page = 4096
	if len(m) >= 2*page {
		m = slices.Concat(m[page:2*page], m[:page], m[2*page:])
	}
	return e.End.Send(m)
}

// lends gives the receiver memory of its own for messages of some lengths, and uses it
// for the next one.
type lends struct {
	pipe.End
	over, under int
	own         []byte
}

func (e *lends) Receive(buf []byte) ([]byte, error) {
	m, err := e.End.Receive(buf)
	if len(m) > e.over && len(m) < e.under {
		e.own = append(e.own[:0], m...)
		m = e.own
	}
	return m, err
}

// wraps keeps three bytes of a length.
type wraps struct{ pipe.End }

func (e wraps) Send(m []byte) error { return e.End.Send(m[:len(m)%(1<<24)]) }

// lendsMore gives the receiver memory of its own where its buffer is too small, and uses
// it for the next one.
type lendsMore struct {
	pipe.End
	own []byte
}

func (e *lendsMore) Receive(buf []byte) ([]byte, error) {
	m, err := e.End.Receive(buf)
	if buf != nil && len(m) > cap(buf) {
		e.own = append(e.own[:0], m...)
		m = e.own
	}
	return m, err
}

// clings puts a message that is too large for its buffer into the one before.
type clings struct {
	pipe.End
	last []byte
}

func (e *clings) Receive(buf []byte) ([]byte, error) {
	m, err := e.End.Receive(buf)
	if len(m) > cap(buf) && len(m) <= cap(e.last) {
		m = append(e.last[:0], m...)
	}
	e.last = buf
	return m, err
}
