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
