package pool

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// ErrCancelled marks an input of a stream that was given up because another had
// failed.
var ErrCancelled = errors.New("cancelled after a failure")

// errLeft is why the tasks of a stream end whose consumer has left.
var errLeft = errors.New("nobody reads the stream any more")

// OnFailure is what a stream does about the others when a task fails.
type OnFailure int

const (
	Finish OnFailure = iota // all others are done as if nothing had happened
	Cancel                  // no further one is begun
)

// StreamOptions say how a stream is run. A window has room for one chunk at least, and a
// chunk for one input, whatever is said.
type StreamOptions struct {
	// Window is how many chunks are in hand at once. In order it should be several
	// times the workers that the pool has: those behind a chunk that takes long are
	// done meanwhile, but not yielded, and workers idle once the window is full of them.
	Window int
	// Chunk is how many inputs are handed over at a time.
	Chunk int
	// Unordered yields results as they come; else in the order of the inputs, and
	// one that takes long holds back those behind it.
	Unordered bool
	OnFailure OnFailure
}

// Done is what became of one input of a stream.
type Done[Out any] struct {
	Index int // position among the inputs
	Out   Out
	Err   error
}

// Stream applies a pool to inputs that need not be known beforehand, nor end, and
// yields what becomes of each. It is Python's imap and imap_unordered, and Map for
// those who want the rest cancelled when a task fails.
//
// An input is taken when there is room for it: never are more than Window chunks
// of them taken and not yielded. Whoever reads slowly slows everything down. Each
// chunk is a Map, so that pools which bound each Map by itself may run more tasks
// at once than they have workers, though never more than are taken. When
// ctx ends, a task fails and OnFailure is Cancel, or the pool is closed, no
// further input is taken; of those in hand each is still yielded, with the cause
// as its error if it was not done for certain. A consumer that breaks off waits
// for the tasks that were begun, and leaves nothing behind.
//
// It costs a Map and a goroutine a chunk, on top of what a Map costs.
func Stream[In, Out any](ctx context.Context, p Pool[In, Out], o StreamOptions, in iter.Seq[In]) iter.Seq[Done[Out]] {
	return func(yield func(Done[Out]) bool) {
		next, end := iter.Pull(in)
		defer end()
		s := &stream[In, Out]{p: p, o: o, next: next, ended: make(chan *batch[In, Out], max(1, o.Window))}
		s.ctx, s.stop = context.WithCancelCause(ctx)
		defer s.leave()
		for s.fill(); len(s.line) > 0; s.fill() {
			b := s.await()
			for i := range b.in {
				if !yield(b.done(i)) {
					return
				}
			}
		}
	}
}

// stream is a stream under way, seen by its consumer.
type stream[In, Out any] struct {
	p    Pool[In, Out]
	o    StreamOptions
	ctx  context.Context
	stop context.CancelCauseFunc

	next  func() (In, bool)
	taken int
	over  bool                 // no further input is to be taken
	line  []*batch[In, Out]    // taken and not yielded, first come first
	ended chan *batch[In, Out] // has room for all of them
	maps  int                  // under way
}

// batch is a chunk of inputs.
type batch[In, Out any] struct {
	first  int
	in     []In
	ended  bool
	out    []Out
	err    error // of the whole Map; failures of tasks are in failed
	failed Failures
}

// fill hands over chunks as long as there is room.
func (s *stream[In, Out]) fill() {
	for len(s.line) < max(1, s.o.Window) {
		b := &batch[In, Out]{first: s.taken}
		for len(b.in) < max(1, s.o.Chunk) && !s.over && s.ctx.Err() == nil {
			in, ok := s.next()
			if !ok {
				s.over = true
				break
			}
			b.in = append(b.in, in)
		}
		if len(b.in) == 0 {
			return
		}
		s.taken += len(b.in)
		s.line = append(s.line, b)
		s.maps++
		go func() {
			b.out, b.err = s.p.Map(s.ctx, b.in)
			s.ended <- b
		}()
	}
}

// await waits for the batch that is to be yielded next and takes it out of the
// line.
func (s *stream[In, Out]) await() *batch[In, Out] {
	for {
		at := 0
		if s.o.Unordered {
			at = slices.IndexFunc(s.line, func(b *batch[In, Out]) bool { return b.ended })
		}
		if at >= 0 && s.line[at].ended {
			b := s.line[at]
			s.line = slices.Delete(s.line, at, at+1)
			return b
		}
		s.see(<-s.ended)
	}
}

// see notes how a Map ended.
func (s *stream[In, Out]) see(b *batch[In, Out]) {
	s.maps--
	b.ended = true
	if errors.As(b.err, &b.failed) {
		b.err = nil
		if s.o.OnFailure == Cancel {
			s.over = true
			s.stop(fmt.Errorf("%w: input %d: %w", ErrCancelled, b.first+b.failed[0].Index, b.failed[0].Err))
		}
	}
	s.over = s.over || b.err != nil
}

// leave stops what is under way and waits for it.
func (s *stream[In, Out]) leave() {
	s.stop(errLeft)
	for s.maps > 0 {
		s.see(<-s.ended)
	}
}

// done is what became of input i of the batch. Those failed are asked for in
// ascending order.
func (b *batch[In, Out]) done(i int) Done[Out] {
	d := Done[Out]{Index: b.first + i, Err: b.err}
	switch {
	case b.err != nil:
	case len(b.failed) > 0 && b.failed[0].Index == i:
		d.Err = b.failed[0].Err
		b.failed = b.failed[1:]
	default:
		d.Out = b.out[i]
	}
	return d
}
