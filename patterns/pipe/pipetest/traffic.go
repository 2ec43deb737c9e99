package pipetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"crossover/patterns/lawtest"
	"crossover/patterns/pipe"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var separateLaw = Law{
	Name:   "pipes-separate",
	Doc:    "Each pipe made is new: no other pipe's messages appear in it.",
	Excuse: here,
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(one *link) error {
			return s.use(ctx, func(other *link) error {
				return lawtest.Await(ctx, "receiving from both", func() error {
					var senders sync.WaitGroup
					defer senders.Wait()
					senders.Go(func() { // waits for the receiver where there is no buffer
						one.ends[0].Send(newMessage(1, 64))
						one.ends[0].Close()
					})
					senders.Go(other.ends[0].Close)
					if m, err := other.ends[1].Receive(nil); err != io.EOF {
						return fmt.Errorf("from the other pipe, where nothing was sent: %d bytes, %v", len(m), err)
					}
					if m, err := one.ends[1].Receive(nil); err != nil || !bytes.Equal(m, newMessage(1, 64)) {
						return fmt.Errorf("from the one pipe: %d bytes, %v", len(m), err)
					}
					if _, err := one.ends[1].Receive(nil); err != io.EOF {
						return fmt.Errorf("at its end the one pipe said %v", err)
					}
					return nil
				})
			})
		})
	},
}

var wholeLaw = Law{
	Name:   "messages-whole",
	Doc:    "A message of any length, none and one larger than every buffer included, arrives as it was sent: one message, not two, nor two run together.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		if err := whole(ctx, s, sizes); err != nil || s.As == role.Process {
			return err
		}
		return whole(ctx, s, []int{huge, numbered})
	},
}

// huge is a length that three bytes do not hold.
const huge = 1<<24 + 1

func whole(ctx context.Context, s Subject, sizes []int) error {
	_, got, err := deliver(ctx, s, sendJob{Count: len(sizes), Sizes: sizes})
	if err == nil && got.Torn > 0 {
		err = fmt.Errorf("%d of %d messages were torn, the largest of %d bytes", got.Torn, len(got.Seqs), slices.Max(sizes))
	}
	return err
}

// onTraffic is the check of a law that looks at what was sent and what arrived.
func onTraffic(look func(sent int, got []uint64) error) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		sent, got, err := deliver(ctx, s, sendJob{Count: 100})
		if err != nil {
			return err
		}
		return look(sent.Sent, got.Seqs)
	}
}

var lostLaw = Law{
	Name:   "nothing-lost",
	Doc:    "A message that was sent before Close arrives, however many were sent before it.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		if err := onTraffic(noneMissing)(ctx, s); err != nil || s.As == role.Process {
			return err
		}
		sent, got, err := deliver(ctx, s, sendJob{Count: longHaul * lawtest.Soak(), Sizes: []int{numbered}})
		if err == nil {
			err = noneMissing(sent.Sent, got.Seqs)
		}
		return err
	},
}

// longHaul is more messages than any ring has places for, and what is counted in 16 bits
// goes round in a soak.
const longHaul = 1 << 13

func noneMissing(sent int, got []uint64) error {
	arrived := map[uint64]bool{}
	for _, seq := range got {
		arrived[seq] = true
	}
	for seq := range uint64(sent) {
		if !arrived[seq] {
			return fmt.Errorf("message %d was sent and never arrived", seq)
		}
	}
	return nil
}

var twiceLaw = Law{
	Name:   "nothing-twice",
	Doc:    "No message arrives twice, and none that nobody sent.",
	Excuse: everywhere,
	Check: onTraffic(func(sent int, got []uint64) error {
		count := map[uint64]int{}
		for _, seq := range got {
			if count[seq]++; count[seq] > 1 {
				return fmt.Errorf("message %d arrived twice", seq)
			}
			if seq >= uint64(sent) {
				return fmt.Errorf("message %d arrived though nobody sent it", seq)
			}
		}
		return nil
	}),
}

var orderLaw = Law{
	Name:   "order-kept",
	Doc:    "Messages arrive in the order they were sent.",
	Excuse: everywhere,
	Check: onTraffic(func(_ int, got []uint64) error {
		for i := 1; i < len(got); i++ {
			if got[i] < got[i-1] {
				return fmt.Errorf("message %d arrived after message %d", got[i], got[i-1])
			}
		}
		return nil
	}),
}

var bothWaysLaw = Law{
	Name:   "both-ways",
	Doc:    "Both ends may send and receive at once, messages larger than every buffer too, and neither direction waits for the other.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		const count = 50
		return s.use(ctx, func(l *link) error {
			a, err := start(ctx, l, s.As, 0, exchanger, sendJob{Count: count})
			if err != nil {
				return err
			}
			b, err := start(ctx, l, s.As, 1, exchanger, sendJob{Count: count})
			if err != nil {
				return err
			}
			for _, h := range []interface{ Done() <-chan struct{} }{a, b} {
				if err := lawtest.Await(ctx, "exchanging messages", func() error { <-h.Done(); return nil }); err != nil {
					return err
				}
			}
			atA, errA := roletest.Join(ctx, "one end", a)
			atB, errB := roletest.Join(ctx, "the other end", b)
			return errors.Join(errA, errB, allArrived(atA, count), allArrived(atB, count))
		})
	},
}

// allArrived checks that a receiver got messages 0, 1, 2 ... whole, and then the
// end.
func allArrived(r receiveReport, count int) error {
	switch {
	case r.End != closed:
		return fmt.Errorf("an end received %d messages and then %q", len(r.Seqs), r.End)
	case r.Torn > 0:
		return fmt.Errorf("%d messages were torn", r.Torn)
	case !consecutive(r.Seqs):
		return errors.New("messages are missing, or out of order")
	case len(r.Seqs) != count:
		return fmt.Errorf("%d of %d messages arrived", len(r.Seqs), count)
	}
	return nil
}

var repliesLaw = Law{
	Name:   "replies-match",
	Doc:    "The n-th reply answers the n-th request, with as many requests outstanding as the pipe lets a sender be ahead.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		for _, job := range []roundJob{{50, 1, 64}, {10, 1, 100_000}, {2 * s.Ahead, max(1, s.Ahead), 64}} {
			if err := roundTrips(ctx, s, job); err != nil {
				return fmt.Errorf("%d requests of %d bytes, %d outstanding: %w", job.Count, job.Size, job.Depth, err)
			}
		}
		return nil
	},
}

func roundTrips(ctx context.Context, s Subject, job roundJob) error {
	return s.use(ctx, func(l *link) error { return l.roundTrips(ctx, s.As, job) })
}

func (l *link) roundTrips(ctx context.Context, as role.As, job roundJob) error {
	b, err := start(ctx, l, as, 1, server, struct{}{})
	if err != nil {
		return err
	}
	a, err := start(ctx, l, as, 0, client, job)
	if err != nil {
		return err
	}
	asked, err := roletest.Join(ctx, "the client", a)
	if err != nil {
		return err
	}
	served, err := roletest.Join(ctx, "the server", b)
	switch {
	case err != nil:
		return err
	case asked.Wrong+served.Wrong > 0:
		return fmt.Errorf("%d wrong replies, %d torn requests", asked.Wrong, served.Wrong)
	case asked.End != finished || served.End != closed || served.Done != job.Count:
		return fmt.Errorf("the client ended with %q after %d, the server with %q after %d", asked.End, asked.Done, served.End, served.Done)
	}
	return nil
}

var handedOnLaw = Law{
	Name:   "handed-on",
	Doc:    "An end that was used in one process goes on in another, if what was sent has been received.",
	Excuse: across,
	Check: func(ctx context.Context, s Subject) error {
		for _, size := range []int{64, 5000} { // what goes in a cell, and what goes round it
			if err := s.use(ctx, func(l *link) error { return handedOn(ctx, s, l, size) }); err != nil {
				return fmt.Errorf("messages of %d bytes: %w", size, err)
			}
		}
		return nil
	},
}

func handedOn(ctx context.Context, s Subject, l *link, then int) error {
	err := lawtest.Await(ctx, "messages before handing on", func() error {
		for i, size := range []int{64, 5000, 64} {
			m := newMessage(uint64(i), size)
			for side, e := range l.ends {
				if err := e.Send(m); err != nil {
					return fmt.Errorf("sending at end %d: %w", side, err)
				}
				if got, err := l.ends[1-side].Receive(nil); err != nil || !bytes.Equal(got, m) {
					return fmt.Errorf("receiving at end %d: %d bytes, %w", 1-side, len(got), err)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return l.roundTrips(ctx, s.As, roundJob{10, 1, then})
}

var keptLaw = Law{
	Name:   "messages-kept",
	Doc:    "After Send the sender may write over its message, and a received message stays as it is until its memory is given to Receive again.",
	Excuse: here,
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(l *link) error {
			var sender sync.WaitGroup
			sender.Go(func() {
				own := make([]byte, slices.Max(sizes))
				for seq, size := range sizes {
					m := own[:size]
					copy(m, newMessage(uint64(seq), size))
					if l.ends[0].Send(m) != nil {
						return
					}
					clear(m)
				}
			})
			return lawtest.Await(ctx, "receiving", func() error {
				var all [][]byte
				for seq, size := range sizes {
					var buf []byte // none, one that is too small, one with room to spare
					if seq%3 > 0 {
						buf = make([]byte, 0, size/2)
					}
					if seq%3 > 1 {
						buf = make([]byte, 0, 2*size)
					}
					m, err := l.ends[1].Receive(buf)
					if err != nil {
						return err
					}
					all = append(all, m)
				}
				sender.Wait()
				for seq, m := range all {
					if !bytes.Equal(m, newMessage(uint64(seq), sizes[seq])) {
						return fmt.Errorf("message %d of %d bytes was written over", seq, sizes[seq])
					}
				}
				return nil
			})
		})
	},
}

var bufferLaw = Law{
	Name:   "buffer-used",
	Doc:    "A message that fits into the receiver's buffer is put there; a larger one is whole all the same.",
	Excuse: here,
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(l *link) error {
			return lawtest.Await(ctx, "receiving", func() error {
				var sender sync.WaitGroup
				defer sender.Wait()
				sender.Go(func() {
					l.ends[0].Send(newMessage(1, 100))
					l.ends[0].Send(newMessage(2, 101))
				})
				buf := make([]byte, 10, 100)
				m, err := l.ends[1].Receive(buf)
				if err != nil {
					return err
				}
				if len(m) != 100 || &m[0] != &buf[0] {
					return fmt.Errorf("a message of %d bytes was not put into the buffer of %d", len(m), cap(buf))
				}
				if m, err = l.ends[1].Receive(m); err == nil && !bytes.Equal(m, newMessage(2, 101)) {
					err = errors.New("the larger message is torn")
				}
				return err
			})
		})
	},
}

var aheadLaw = Law{
	Name: "ahead",
	Doc:  "A sender can be as many messages of 64 bytes ahead of the receiver as the variant says, at either end at once.",
	Excuse: func(s Subject) string {
		if s.Ahead == 0 {
			return "each Send waits for its Receive"
		}
		return here(s)
	},
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(l *link) error {
			return lawtest.Await(ctx, "sending ahead", func() error {
				for seq := range uint64(s.Ahead) {
					for side, e := range l.ends {
						if err := e.Send(newMessage(seq, 64)); err != nil {
							return fmt.Errorf("message %d at end %d: %w", seq, side, err)
						}
					}
				}
				return received(l.ends[1], s.Ahead)
			})
		})
	},
}

// received takes so many messages off an end.
func received(e pipe.End, count int) error {
	for seq := range uint64(count) {
		m, err := e.Receive(nil)
		if err != nil {
			return fmt.Errorf("after %d of %d messages: %w", seq, count, err)
		}
		if !bytes.Equal(m, newMessage(seq, len(m))) {
			return fmt.Errorf("message %d is another one, or torn", seq)
		}
	}
	return nil
}
