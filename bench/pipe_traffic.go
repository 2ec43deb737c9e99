package bench

import (
	"context"
	"errors"
	"fmt"
	"io"

	"crossover/patterns/pipe"
	"crossover/patterns/role"
)

// pipeErrand is what a party at a pipe is told to do.
type pipeErrand struct {
	Messages int // to send, or to make round trips of
	Size     int
	Depth    int
	Codec    string
	Squared  bool      // what arrives are squares
	Arrivals *arrivals // of requests, in an open loop
	// Limited says that a broken pipe may be the end of the time, not a failure.
	Limited bool
}

// over is the error of a party whose pipe said err: none at its good end.
func (e pipeErrand) over(doing string, n int, err error) error {
	if err == io.EOF || e.Limited && errors.Is(err, pipe.ErrBroken) {
		return nil
	}
	return fmt.Errorf("%s message %d: %w", doing, n, err)
}

// plumber is a role at pipes. It reports how many messages, or round trips, it has
// seen through; the content of each is checked as it comes.
type plumber = role.Role[[]pipe.End, pipeErrand, service]

var (
	pipeSender   = newPlumber("sender", sendMessages)
	pipeReceiver = newPlumber("receiver", receiveMessages)
	pipeSquarer  = newPlumber("squarer", squareMessages)
	pipeClient   = newPlumber("client", roundTrips)
	pipeServer   = newPlumber("server", serveMessages)
	quoteClient  = newPlumber("quote.client", quoteTrips)
	quoteServer  = newPlumber("quote.server", serveQuotes)
)

func newPlumber(name string, do func([]pipe.End, pipeErrand) (int, error)) *plumber {
	return newPacedPlumber(name, func(ends []pipe.End, e pipeErrand) (service, error) {
		n, err := do(ends, e)
		return service{Done: n}, err
	})
}

func newPacedPlumber(name string, do func([]pipe.End, pipeErrand) (service, error)) *plumber {
	return role.Register("bench.pipe."+name, pipe.TransportAll(),
		func(ctx context.Context, seat *role.Seat, ends []pipe.End, e pipeErrand) (service, error) {
			for _, end := range ends {
				defer pipe.BreakOn(ctx, end)()
			}
			if err := seat.Ready(ctx); err != nil {
				return service{}, err
			}
			return do(ends, e)
		})
}

func sendMessages(ends []pipe.End, e pipeErrand) (n int, err error) {
	m := make(message, e.Size)
	for ; n < e.Messages; n++ {
		m.fill(uint64(n))
		if err := ends[0].Send(m); err != nil {
			return n, e.over("sending", n, err)
		}
	}
	ends[0].Close()
	return n, nil
}

func receiveMessages(ends []pipe.End, e pipeErrand) (n int, err error) {
	for m := make(message, e.Size); ; n++ {
		if m, err = ends[0].Receive(m); err != nil {
			return n, e.over("receiving", n, err)
		}
		want := uint64(n)
		if e.Squared {
			want *= want
		}
		if err := m.check(want, e.Size); err != nil {
			return n, err
		}
	}
}

func squareMessages(ends []pipe.End, e pipeErrand) (n int, err error) {
	for m := make(message, e.Size); ; n++ {
		if m, err = ends[0].Receive(m); err != nil {
			ends[1].Close()
			return n, e.over("receiving", n, err)
		}
		number := uint64(n)
		if err := m.check(number, e.Size); err != nil {
			return n, err
		}
		m.fill(number * number)
		if err := ends[1].Send(m); err != nil {
			return n, e.over("sending", n, err)
		}
	}
}

func roundTrips(ends []pipe.End, e pipeErrand) (n int, err error) {
	request, reply := make(message, e.Size), make(message, e.Size)
	sent := 0
	for ; n < e.Messages; n++ {
		for ; sent < e.Messages && sent < n+e.Depth; sent++ {
			request.fill(uint64(sent))
			if err := ends[0].Send(request); err != nil {
				return n, e.over("sending", sent, err)
			}
		}
		if reply, err = ends[0].Receive(reply); err != nil {
			return n, e.over("receiving", n, err)
		}
		if err := reply.check(replyTo(n), e.Size); err != nil {
			return n, err
		}
	}
	ends[0].Close()
	return n, nil
}

// replyTo is the number that answers the n-th request.
func replyTo(n int) uint64 { return uint64(n) + 1 }

func serveMessages(ends []pipe.End, e pipeErrand) (n int, err error) {
	for m := make(message, e.Size); ; n++ {
		if m, err = ends[0].Receive(m); err != nil {
			return n, e.over("receiving", n, err)
		}
		if err := m.check(uint64(n), e.Size); err != nil {
			return n, err
		}
		m.fill(replyTo(n))
		if err := ends[0].Send(m); err != nil {
			return n, e.over("sending", n, err)
		}
	}
}

func quoteTrips(ends []pipe.End, e pipeErrand) (n int, err error) {
	c, err := newCodec(e.Codec)
	if err != nil {
		return 0, err
	}
	var reply []byte
	for ; n < e.Messages; n++ {
		q := newQuote(uint64(n))
		request, err := c.encode(&q)
		if err != nil {
			return n, err
		}
		if err := ends[0].Send(request); err != nil {
			return n, e.over("sending", n, err)
		}
		if reply, err = ends[0].Receive(reply); err != nil {
			return n, e.over("receiving", n, err)
		}
		if err := c.decode(reply, &q); err != nil {
			return n, err
		}
		if err := q.check(replyTo(n)); err != nil {
			return n, err
		}
	}
	ends[0].Close()
	return n, nil
}

func serveQuotes(ends []pipe.End, e pipeErrand) (n int, err error) {
	c, err := newCodec(e.Codec)
	if err != nil {
		return 0, err
	}
	var q quote
	for m := []byte(nil); ; n++ {
		if m, err = ends[0].Receive(m); err != nil {
			return n, e.over("receiving", n, err)
		}
		if err := c.decode(m, &q); err != nil {
			return n, err
		}
		if err := q.check(uint64(n)); err != nil {
			return n, err
		}
		q = newQuote(replyTo(n))
		reply, err := c.encode(&q)
		if err != nil {
			return n, err
		}
		if err := ends[0].Send(reply); err != nil {
			return n, e.over("sending", n, err)
		}
	}
}
