package pipetest_test

import (
	"io"
	"sync/atomic"

	"crossover/patterns/pipe"
	"crossover/patterns/role"
)

// forgetful drains so many messages, no more.
func forgetful(most int) pipe.Variant {
	v := genuine("mutex.ring")
	make := v.New
	v.New = func() (pipe.End, pipe.End, error) {
		a, b, err := make()
		closed := new(atomic.Bool)
		return &forgets{a, closed, most}, &forgets{b, closed, most}, err
	}
	return v
}

type forgets struct {
	pipe.End
	closed *atomic.Bool
	left   int
}

func (e *forgets) Receive(buf []byte) ([]byte, error) {
	if e.closed.Load() {
		if e.left--; e.left < 0 {
			return nil, io.EOF
		}
	}
	return e.End.Receive(buf)
}

func (e *forgets) Close() {
	e.closed.Store(true)
	e.End.Close()
}

// abrupt knows no good end.
type abrupt struct{ pipe.End }

func (e abrupt) Receive(buf []byte) ([]byte, error) {
	m, err := e.End.Receive(buf)
	if err == io.EOF {
		err = pipe.ErrBroken
	}
	return m, err
}

// closesBoth has no half-close.
func closesBoth() pipe.Variant {
	return changed("mutex.ring", func(e pipe.End) pipe.End { return bothClosed{e} })
}

type bothClosed struct{ pipe.End }

func (e bothClosed) Close() { e.End.Break() }

// deaf does not hear Break.
type deaf struct{ pipe.End }

func (deaf) Break() {}

// politely says that the pipe was closed when it was broken.
type politely struct{ pipe.End }

func (e politely) Receive(buf []byte) ([]byte, error) {
	m, err := e.End.Receive(buf)
	if err != nil {
		err = io.EOF
	}
	return m, err
}

func (e politely) Export() (role.Wire, error) { return export(e.End) }

// oblivious loses what is sent after the other end's Break, for good.
func oblivious() pipe.Variant {
	v := genuine("mutex.ring")
	make := v.New
	v.New = func() (pipe.End, pipe.End, error) {
		a, b, err := make()
		one, other := new(atomic.Bool), new(atomic.Bool)
		return unaware{a, one, other}, unaware{b, other, one}, err
	}
	return v
}

type unaware struct {
	pipe.End
	here, there *atomic.Bool // broken
}

func (e unaware) Send(m []byte) error {
	if e.there.Load() && !e.here.Load() {
		return nil
	}
	return e.End.Send(m)
}

func (e unaware) Break() {
	e.here.Store(true)
	e.End.Break()
}

// accepts says yes to whatever comes after Break.
type accepts struct{ pipe.End }

func (e accepts) Send(m []byte) error {
	e.End.Send(m)
	return nil
}

// once closes as a channel does.
type once struct {
	pipe.End
	done chan struct{}
}

func (e *once) Close() {
	if e.done == nil {
		e.done = make(chan struct{})
	}
	close(e.done)
	e.End.Close()
}

// mended takes what is closed last for closed, at both ends.
func mended() pipe.Variant {
	v := genuine("mutex.ring")
	make := v.New
	v.New = func() (pipe.End, pipe.End, error) {
		a, b, err := make()
		broken, closed := new(atomic.Bool), new(atomic.Bool)
		return mends{a, broken, closed}, mends{b, broken, closed}, err
	}
	return v
}

type mends struct {
	pipe.End
	broken, mended *atomic.Bool
}

func (e mends) Receive(buf []byte) ([]byte, error) {
	m, err := e.End.Receive(buf)
	if err != nil && e.mended.Load() {
		err = io.EOF
	}
	return m, err
}

func (e mends) Close() {
	e.mended.Store(e.broken.Load())
	e.End.Close()
}

func (e mends) Break() {
	e.broken.Store(true)
	e.End.Break()
}

// deafInClose sends a farewell, for which it waits for room whatever happens.
func deafInClose() pipe.Variant {
	v := genuine("mutex.ring")
	return changed("mutex.ring", func(e pipe.End) pipe.End { return &waitsToClose{End: e, room: v.Ahead} })
}

type waitsToClose struct {
	pipe.End
	room int // as if nobody received
}

func (e *waitsToClose) Send(m []byte) error {
	err := e.End.Send(m)
	if err == nil {
		e.room--
	}
	return err
}

func (e *waitsToClose) Close() {
	if e.room == 0 {
		select {}
	}
	e.End.Close()
}

// remembers goes on giving what it has, broken or not.
type remembers struct {
	pipe.End
	last   []byte
	broken atomic.Bool
}

func (e *remembers) Receive(buf []byte) ([]byte, error) {
	if e.broken.Load() && e.last != nil {
		return e.last, nil
	}
	m, err := e.End.Receive(buf)
	e.last = m
	return m, err
}

func (e *remembers) Break() {
	e.broken.Store(true)
	e.End.Break()
}

// settled asks no more once it was told the end.
type settled struct {
	pipe.End
	ended bool
}

func (e *settled) Receive(buf []byte) ([]byte, error) {
	if e.ended {
		return nil, io.EOF
	}
	m, err := e.End.Receive(buf)
	e.ended = err == io.EOF
	return m, err
}

// readsOn has a goroutine receive, which then waits for somebody to take the message.
type readsOn struct {
	pipe.End
	came chan []byte
	end  error
}

func (e *readsOn) Receive([]byte) ([]byte, error) {
	if e.came == nil {
		e.came = make(chan []byte)
		go e.read()
	}
	if m, ok := <-e.came; ok {
		return m, nil
	}
	return nil, e.end
}

func (e *readsOn) read() {
	defer close(e.came)
	for {
		m, err := e.End.Receive(nil)
		if err != nil {
			e.end = err
			return
		}
		e.came <- m
	}
}
