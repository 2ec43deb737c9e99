package pipetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"crossover/patterns/pipe"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// The parties of the laws. They are roles, so a law is written once for
// goroutines and for processes.
var (
	sender    = role.Register("pipetest.sender", pipe.Transport(), send)
	receiver  = role.Register("pipetest.receiver", pipe.Transport(), receive)
	exchanger = role.Register("pipetest.exchanger", pipe.Transport(), exchange)
	client    = role.Register("pipetest.client", pipe.Transport(), request)
	server    = role.Register("pipetest.server", pipe.Transport(), serve)
	collector = role.Register("pipetest.collector", pipe.Transport(), collect)
)

// endless is a count of messages that is never reached.
const endless = -1

// sendJob tells a sender what to send and then to close.
type sendJob struct {
	Count int
	Sizes []int // of the messages, over and over; none: as sizeOf says
}

func (j sendJob) size(seq uint64) int {
	if len(j.Sizes) == 0 {
		return sizeOf(seq)
	}
	return j.Sizes[seq%uint64(len(j.Sizes))]
}

// numbered reports whether every message says which it is.
func (j sendJob) numbered() bool { return len(j.Sizes) == 0 || slices.Min(j.Sizes) >= numbered }

type sendReport struct {
	Sent int
	End  ending
}

// receiveReport is what a receiver got, until an error.
type receiveReport struct {
	Seqs []uint64 // in order of arrival
	Torn int      // messages that are not what their number says
	End  ending
}

type roundReport struct {
	Done  int // round trips
	Wrong int // replies to another request
	End   ending
}

// ending is how a party's last call ended; it has to cross to another process,
// which an error's identity does not.
type ending string

const (
	finished ending = "finished" // all calls succeeded
	closed   ending = "closed"
	broken   ending = "broken"
)

func endingOf(err error) ending {
	switch {
	case err == nil:
		return finished
	case err == io.EOF:
		return closed
	case errors.Is(err, pipe.ErrBroken):
		return broken
	}
	return ending("error: " + err.Error())
}

func send(ctx context.Context, seat *role.Seat, e pipe.End, job sendJob) (r sendReport, err error) {
	defer pipe.BreakOn(ctx, e)()
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	return sendAll(e, job), nil
}

func sendAll(e pipe.End, job sendJob) (r sendReport) {
	for ; r.Sent != job.Count; r.Sent++ {
		seq := uint64(r.Sent)
		if err := e.Send(newMessage(seq, job.size(seq))); err != nil {
			r.End = endingOf(err)
			return r
		}
	}
	e.Close()
	r.End = finished
	return r
}

// receive checks messages against their numbers; the job gives sizes where they
// hold none.
func receive(ctx context.Context, seat *role.Seat, e pipe.End, job sendJob) (r receiveReport, err error) {
	defer pipe.BreakOn(ctx, e)()
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	return receiveAll(e, job)
}

func receiveAll(e pipe.End, job sendJob) (r receiveReport, err error) {
	var buf []byte
	told := job.numbered()
	for {
		if buf, err = e.Receive(buf); err != nil {
			break
		}
		seq := uint64(len(r.Seqs))
		if told && len(buf) >= numbered {
			seq = seqOf(buf)
		}
		if !bytes.Equal(buf, newMessage(seq, job.size(seq))) {
			r.Torn++
		}
		r.Seqs = append(r.Seqs, seq)
	}
	r.End = endingOf(err)
	if _, err := e.Receive(nil); endingOf(err) != r.End {
		return r, fmt.Errorf("its Receive said %s and then %s", r.End, endingOf(err))
	}
	return r, nil
}

// exchange sends and receives at once.
func exchange(ctx context.Context, seat *role.Seat, e pipe.End, job sendJob) (r receiveReport, err error) {
	defer pipe.BreakOn(ctx, e)()
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	sent := make(chan sendReport)
	go func() { sent <- sendAll(e, job) }()
	r, err = receiveAll(e, sendJob{})
	if s := <-sent; err == nil && s.End != r.End && s.End != finished {
		err = fmt.Errorf("sending ended with %q, receiving with %q", s.End, r.End)
	}
	return r, err
}

// roundJob tells a client how many requests to make and how many of them may be
// outstanding.
type roundJob struct{ Count, Depth, Size int }

func request(ctx context.Context, seat *role.Seat, e pipe.End, job roundJob) (r roundReport, err error) {
	defer pipe.BreakOn(ctx, e)()
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	sent := 0
	var buf []byte
	for r.Done != job.Count {
		for ; sent != job.Count && sent < r.Done+job.Depth; sent++ {
			if err := e.Send(newMessage(uint64(sent), job.Size)); err != nil {
				r.End = endingOf(err)
				return r, nil
			}
		}
		if buf, err = e.Receive(buf); err != nil {
			r.End = endingOf(err)
			return r, nil
		}
		if !bytes.Equal(buf, newMessage(replyTo(uint64(r.Done)), job.Size)) {
			r.Wrong++
		}
		r.Done++
	}
	e.Close()
	r.End = finished
	return r, nil
}

// serve replies to each request. A request that is not whole counts as wrong.
func serve(ctx context.Context, seat *role.Seat, e pipe.End, _ struct{}) (r roundReport, err error) {
	defer pipe.BreakOn(ctx, e)()
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	var buf []byte
	for ; ; r.Done++ {
		if buf, err = e.Receive(buf); err != nil {
			r.End = endingOf(err)
			return r, nil
		}
		seq := seqOf(buf)
		if !bytes.Equal(buf, newMessage(seq, len(buf))) {
			r.Wrong++
		}
		if err := e.Send(newMessage(replyTo(seq), len(buf))); err != nil {
			r.End = endingOf(err)
			return r, nil
		}
	}
}

// collect receives to the end and only then sends all of it back.
func collect(ctx context.Context, seat *role.Seat, e pipe.End, _ struct{}) (r roundReport, err error) {
	defer pipe.BreakOn(ctx, e)()
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	var all [][]byte
	for {
		m, err := e.Receive(nil)
		if err != nil {
			r.End = endingOf(err)
			break
		}
		all = append(all, m)
	}
	for _, m := range all {
		if err := e.Send(m); err != nil {
			return r, fmt.Errorf("sending back: %w", err)
		}
		r.Done++
	}
	e.Close()
	return r, nil
}
