package pipetest_test

import (
	"io"
	"runtime"
	"sync/atomic"

	"crossover/patterns/pipe"
)

// What goes wrong where the end meets a call. Gosched stands where a moment is enough.

// flagged is a channel with flags beside it for the ends.
type flagged struct {
	messages       chan []byte
	wake           chan struct{}
	closed, broken atomic.Bool
}

func flaggedAs(receive func(*flagged) ([]byte, error)) pipe.Variant {
	v := genuine("chan.buffered")
	v.Spins = true
	v.New = func() (pipe.End, pipe.End, error) {
		there := &flagged{messages: make(chan []byte, v.Ahead), wake: make(chan struct{})}
		back := &flagged{messages: make(chan []byte, v.Ahead), wake: make(chan struct{})}
		return flaggedEnd{there, back, receive}, flaggedEnd{back, there, receive}, nil
	}
	return v
}

type flaggedEnd struct {
	out, in *flagged
	receive func(*flagged) ([]byte, error)
}

func (e flaggedEnd) Send(m []byte) error {
	for !e.out.broken.Load() {
		select {
		case e.out.messages <- append([]byte{}, m...):
			return nil
		default:
			runtime.Gosched()
		}
	}
	return pipe.ErrBroken
}

func (e flaggedEnd) Receive(buf []byte) ([]byte, error) {
	m, err := e.receive(e.in)
	return append(buf[:0], m...), err
}

func (e flaggedEnd) Close() { e.out.end(&e.out.closed) }

func (e flaggedEnd) Break() {
	e.out.end(&e.out.broken)
	e.in.end(&e.in.broken)
}

func (e flaggedEnd) Release() error { return nil }

// end wakes who sleeps already: not who has looked and is about to.
func (f *flagged) end(flag *atomic.Bool) {
	flag.Store(true)
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// now is a message that is there.
func (f *flagged) now() ([]byte, bool) {
	select {
	case m := <-f.messages:
		return m, true
	default:
		return nil, false
	}
}

// swaying looks whether it is broken, and then whether it is closed, which it may have
// been after it was broken.
func swaying() pipe.Variant {
	return flaggedAs(func(f *flagged) ([]byte, error) {
		for !f.broken.Load() {
			runtime.Gosched()
			closed := f.closed.Load()
			if m, ok := f.now(); ok {
				return m, nil
			}
			if closed {
				return nil, io.EOF
			}
		}
		return nil, pipe.ErrBroken
	})
}

// drowsy sleeps where it waits.
func drowsy() pipe.Variant {
	return flaggedAs(func(f *flagged) ([]byte, error) {
		for !f.broken.Load() {
			closed := f.closed.Load()
			if m, ok := f.now(); ok {
				return m, nil
			}
			if closed {
				return nil, io.EOF
			}
			runtime.Gosched()
			select {
			case m := <-f.messages:
				return m, nil
			case <-f.wake:
			}
		}
		return nil, pipe.ErrBroken
	})
}
