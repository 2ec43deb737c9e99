package pipetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/pipe"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// unreceived is more than fits into any pipe: 64 MiB.
var unreceived = sendJob{Count: 1024, Sizes: []int{64 << 10}}

var boundLaw = Law{
	Name:   "bounded",
	Doc:    "Without a receiver Send waits in the end: 64 MiB do not fit into any pipe.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(l *link) error {
			h, err := start(ctx, l, s.As, 0, sender, unreceived)
			if err != nil {
				return err
			}
			select {
			case <-h.Done(): // there was room for all
			case <-time.After(20 * time.Millisecond):
			}
			l.ends[1].Break()
			r, err := roletest.Join(ctx, "the sender", h)
			if err == nil && r.Sent == unreceived.Count {
				err = fmt.Errorf("%d messages were sent and none received", r.Sent)
			}
			return err
		})
	},
}

var idleLaw = Law{
	Name: "waits-idle",
	Doc:  "Who waits leaves the CPU to others, unless the variant says that it spins.",
	Excuse: func(s Subject) string {
		if s.Spins {
			return "spins while it waits"
		}
		return here(s)
	},
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(l *link) error {
			// Both ways of waiting: for room in one direction, for a message in the other.
			w, err := start(ctx, l, s.As, 0, sender, unreceived)
			if err != nil {
				return err
			}
			r, err := start(ctx, l, s.As, 0, receiver, sendJob{})
			if err != nil {
				return err
			}
			lawtest.Linger()
			if err := roletest.Idles(); err != nil {
				return err
			}
			l.ends[0].Break()
			l.ends[1].Break()
			return errors.Join(endsBroken(ctx, w, func(r sendReport) ending { return r.End }), endsBroken(ctx, r, func(r receiveReport) ending { return r.End }))
		})
	},
}

var drainLaw = Law{
	Name:   "close-drains",
	Doc:    "After Close what was sent is still delivered, then Receive says io.EOF and keeps saying it, to a receiver that waits as to one that comes later.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		if err := closedFirst(ctx, s); err != nil {
			return fmt.Errorf("closed before the receiver came: %w", err)
		}
		if err := closedLater(ctx, s); err != nil {
			return fmt.Errorf("closed while the receiver waited: %w", err)
		}
		return race(ctx, s, pipe.End.Close, closed)
	},
}

func closedFirst(ctx context.Context, s Subject) error {
	return s.use(ctx, func(l *link) error {
		w, err := start(ctx, l, s.As, 0, sender, small(s.Ahead))
		if err != nil {
			return err
		}
		if s.Ahead > 0 {
			if _, err := roletest.Join(ctx, "the sender", w); err != nil {
				return err
			}
		}
		r, err := start(ctx, l, s.As, 1, receiver, small(s.Ahead))
		if err != nil {
			return err
		}
		got, err := roletest.Join(ctx, "the receiver", r)
		if err == nil {
			err = allArrived(got, s.Ahead)
		}
		return err
	})
}

func closedLater(ctx context.Context, s Subject) error {
	return s.use(ctx, func(l *link) error {
		r, err := start(ctx, l, s.As, 1, receiver, sendJob{})
		if err != nil {
			return err
		}
		lawtest.Linger()
		err = lawtest.Await(ctx, "closing", func() error { l.ends[0].Close(); return nil })
		if err != nil {
			return err
		}
		got, err := roletest.Join(ctx, "the receiver", r)
		if err == nil {
			err = allArrived(got, 0)
		}
		return err
	})
}

var halfLaw = Law{
	Name:   "close-is-half",
	Doc:    "Who has closed still receives: the replies to its last requests, and then the other end's io.EOF.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(l *link) error {
			h, err := start(ctx, l, s.As, 1, collector, struct{}{})
			if err != nil {
				return err
			}
			const count = 5
			err = lawtest.Await(ctx, "a dialogue", func() error {
				for seq := range uint64(count) {
					if err := l.ends[0].Send(newMessage(seq, 64)); err != nil {
						return err
					}
				}
				l.ends[0].Close()
				if err := received(l.ends[0], count); err != nil {
					return err
				}
				if _, err := l.ends[0].Receive(nil); err != io.EOF {
					return fmt.Errorf("after the replies: %v", err)
				}
				return nil
			})
			if err != nil {
				return err
			}
			_, err = roletest.Join(ctx, "the collector", h)
			return err
		})
	},
}

var breakSendLaw = Law{
	Name:   "break-wakes-send",
	Doc:    "A Send that waits for room returns ErrBroken when its end is broken, and a Close that does returns; where the variant does not cancel, when both are.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		err := breaks(ctx, s, false, func(l *link) (*role.Handle[sendReport], error) {
			return start(ctx, l, s.As, 1, sender, sendJob{Count: endless})
		}, func(r sendReport) ending { return r.End })
		if err != nil {
			return err
		}
		room, err := roomOf(ctx, s)
		if err == nil {
			err = breaksClose(ctx, s, room)
		}
		return err
	},
}

// small is a sender of messages of 64 bytes, of which the variant says how many go ahead.
func small(count int) sendJob { return sendJob{Count: count, Sizes: []int{64}} }

// roomOf is how many messages a pipe was seen to take without a receiver.
func roomOf(ctx context.Context, s Subject) (room int, err error) {
	err = s.use(ctx, func(l *link) error {
		h, err := start(ctx, l, role.Goroutine, 0, sender, small(endless))
		if err != nil {
			return err
		}
		lawtest.Linger()
		l.ends[0].Break()
		l.ends[1].Break()
		r, err := roletest.Join(ctx, "the sender", h)
		room = r.Sent
		return err
	})
	return room, err
}

// breaksClose has a pipe closed where there is no room for another message, and breaks
// it: Close may be waiting.
func breaksClose(ctx context.Context, s Subject, room int) error {
	return s.use(ctx, func(l *link) error {
		h, err := start(ctx, l, s.As, 1, sender, small(room))
		if err != nil {
			return err
		}
		lawtest.Linger()
		if err := l.breakAt(1, h); err != nil {
			return err
		}
		if !s.Cancels {
			l.ends[0].Break()
		}
		_, err = roletest.Join(ctx, "who closes", h)
		return err
	})
}

var breakReceiveLaw = Law{
	Name:   "break-wakes-receive",
	Doc:    "A Receive that waits for a message returns ErrBroken when its end is broken; where the variant does not cancel, when both are.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		return breaks(ctx, s, false, func(l *link) (*role.Handle[receiveReport], error) {
			return start(ctx, l, s.As, 1, receiver, sendJob{})
		}, func(r receiveReport) ending { return r.End })
	},
}

var breakCrossesLaw = Law{
	Name:   "break-crosses",
	Doc:    "Whoever waits at one end returns ErrBroken when the other end is broken, and whoever comes there later does before long: a sender at the latest when it would wait for room. That the other end is closed after it was broken changes nothing.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		senderEnd := func(r sendReport) ending { return r.End }
		receiverEnd := func(r receiveReport) ending { return r.End }
		sending := func(l *link) (*role.Handle[sendReport], error) {
			return start(ctx, l, s.As, 1, sender, unreceived)
		}
		receiving := func(l *link) (*role.Handle[receiveReport], error) {
			return start(ctx, l, s.As, 1, receiver, sendJob{})
		}
		if err := breaks(ctx, s, true, sending, senderEnd); err != nil {
			return fmt.Errorf("sender: %w", err)
		}
		if err := breaks(ctx, s, true, receiving, receiverEnd); err != nil {
			return fmt.Errorf("receiver: %w", err)
		}
		breakOnly := func(e pipe.End) { e.Break() }
		if err := brokenFirst(ctx, s, breakOnly, sending, senderEnd); err != nil {
			return fmt.Errorf("late sender: %w", err)
		}
		if err := brokenFirst(ctx, s, breakOnly, receiving, receiverEnd); err != nil {
			return fmt.Errorf("late receiver: %w", err)
		}
		thenClose := func(e pipe.End) { e.Break(); e.Close() }
		if err := brokenFirst(ctx, s, thenClose, receiving, receiverEnd); err != nil {
			return fmt.Errorf("receiver after Break and Close: %w", err)
		}
		if err := race(ctx, s, pipe.End.Break, broken); err != nil {
			return err
		}
		return race(ctx, s, thenClose, broken)
	},
}

// breaks puts a party at end 1, where it waits for one at end 0, which is
// missing, and breaks its end, or the other.
func breaks[Out any](ctx context.Context, s Subject, other bool, hire func(*link) (*role.Handle[Out], error), end func(Out) ending) error {
	return s.use(ctx, func(l *link) error {
		h, err := hire(l)
		if err != nil {
			return err
		}
		lawtest.Linger()
		if !other {
			if err := l.breakAt(1, h); err != nil {
				return err
			}
		}
		if other || !s.Cancels {
			l.ends[0].Break()
		}
		return endsBroken(ctx, h, end)
	})
}

// brokenFirst breaks end 0, which has sent something, before a party comes to end 1.
func brokenFirst[Out any](ctx context.Context, s Subject, breakIt func(pipe.End), hire func(*link) (*role.Handle[Out], error), end func(Out) ending) error {
	return s.use(ctx, func(l *link) error {
		err := lawtest.Await(ctx, "sending ahead, Break and Close", func() error {
			for seq := range uint64(min(s.Ahead, 4)) {
				if err := l.ends[0].Send(newMessage(seq, sizeOf(seq))); err != nil {
					return fmt.Errorf("message %d: %w", seq, err)
				}
			}
			breakIt(l.ends[0])
			return nil
		})
		if err != nil {
			return err
		}
		h, err := hire(l)
		if err != nil {
			return err
		}
		return endsBroken(ctx, h, end)
	})
}

func endsBroken[Out any](ctx context.Context, h *role.Handle[Out], end func(Out) ending) error {
	r, err := roletest.Join(ctx, "the party", h)
	if err == nil && end(r) != broken {
		err = fmt.Errorf("the party ended with %q, want %q", end(r), broken)
	}
	return err
}

var brokenLaw = Law{
	Name:   "broken-is-final",
	Doc:    "After Break every Send and Receive at that end returns ErrBroken, whatever the pipe holds or has said before, and Receive also after a Close that follows.",
	Excuse: here,
	Check: func(ctx context.Context, s Subject) error {
		if err := brokenAfterEnd(ctx, s); err != nil {
			return err
		}
		return s.use(ctx, func(l *link) error {
			return lawtest.Await(ctx, "calls on a broken end", func() error {
				for range min(s.Ahead, 4) {
					for side, e := range l.ends {
						if err := e.Send(newMessage(0, 64)); err != nil {
							return fmt.Errorf("sending at end %d: %w", side, err)
						}
					}
				}
				e := l.ends[0]
				if s.Ahead > 1 { // who takes the first may have read further
					if err := received(e, 1); err != nil {
						return err
					}
				}
				e.Break()
				for range s.Ahead + 2 { // past full, and past empty
					if err := e.Send(newMessage(0, 64)); !errors.Is(err, pipe.ErrBroken) {
						return fmt.Errorf("after Break, Send said %q", endingOf(err))
					}
					if _, err := e.Receive(nil); !errors.Is(err, pipe.ErrBroken) {
						return fmt.Errorf("after Break, Receive said %q", endingOf(err))
					}
				}
				e.Close()
				if _, err := e.Receive(nil); !errors.Is(err, pipe.ErrBroken) {
					return fmt.Errorf("after Break and Close, Receive said %q", endingOf(err))
				}
				return nil
			})
		})
	},
}

// brokenAfterEnd breaks an end that has received all there was, and the other's io.EOF.
func brokenAfterEnd(ctx context.Context, s Subject) error {
	return s.use(ctx, func(l *link) error {
		return lawtest.Await(ctx, "calls on an end that is broken after the other was closed", func() error {
			var closer sync.WaitGroup
			defer closer.Wait()
			closer.Go(l.ends[1].Close) // waits for the receiver where there is no buffer
			e := l.ends[0]
			_, err := e.Receive(nil)
			e.Break()
			if err != io.EOF {
				return fmt.Errorf("where nothing was sent before Close, Receive said %q", endingOf(err))
			}
			if _, err := e.Receive(nil); !errors.Is(err, pipe.ErrBroken) {
				return fmt.Errorf("after io.EOF and Break, Receive said %q", endingOf(err))
			}
			return nil
		})
	})
}

var repeatLaw = Law{
	Name:   "endings-repeat",
	Doc:    "Close and Break may be called again, in any order, and Break by several at once.",
	Excuse: here,
	Check: func(ctx context.Context, s Subject) error {
		closes := func(e pipe.End) error { e.Close(); return nil }
		breaks := func(e pipe.End) error { e.Break(); return nil }
		crowd := func(e pipe.End) error {
			var wg sync.WaitGroup
			errs := make([]error, 4)
			for i := range errs {
				wg.Go(func() { errs[i] = lawtest.Attempt(func() error { e.Break(); return nil }) })
			}
			wg.Wait()
			return errors.Join(errs...)
		}
		type ending = func(pipe.End) error
		for _, endings := range [][]ending{{closes, closes}, {breaks, breaks}, {closes, breaks}, {breaks, closes}, {crowd, crowd}} {
			err := s.use(ctx, func(l *link) error {
				drained := make(chan struct{})
				e, other := l.ends[0], l.ends[1]
				go func() { // or Close waits for room
					defer close(drained)
					for {
						if _, err := other.Receive(nil); err != nil {
							return
						}
					}
				}()
				err := lawtest.Await(ctx, "ending twice", func() (err error) {
					for _, end := range endings {
						err = errors.Join(err, lawtest.Attempt(func() error { return end(e) }))
					}
					return err
				})
				if err != nil {
					e.Break()
				}
				return errors.Join(err, lawtest.Await(ctx, "the other end", func() error { <-drained; return nil }))
			})
			if err != nil {
				return err
			}
		}
		return nil
	},
}
