package lifecycle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"crossover/patterns/role"
)

// inlet is the standard input, as it were, of a worker that is this program again.
type inlet struct{ input *os.File }

var inletTransport = role.Transport[*inlet]{
	Export: func(i *inlet) (role.Wire, error) { return role.Wire{Files: []*os.File{i.input}}, nil },
	Open:   func(w role.Wire) (*inlet, error) { return &inlet{w.Files[0]}, nil },
}

// runSelf is the role of a process for one worker.
func (t *Task) runSelf(ctx context.Context, seat *role.Seat, i *inlet, _ none) (none, error) {
	if err := begin(ctx, seat); err != nil {
		return none{}, err
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		io.Copy(io.Discard, i.input)
	}()
	return none{}, t.apart(ctx.Done(), over).Err
}

// apart is call on a goroutine of its own, for runtime.Goexit must not take the
// caller's with it.
func (t *Task) apart(stop, over <-chan struct{}) (end End) {
	var body sync.WaitGroup
	body.Go(func() { t.call(&end, stop, over) })
	body.Wait()
	return end
}

// begin is Seat.Ready. To be asked to stop as the gate opens is no failure: what to
// do about it is for the body to say.
func begin(ctx context.Context, seat *role.Seat) error {
	if err := seat.Ready(ctx); err != nil && !errors.Is(err, role.ErrTerminated) {
		return err
	}
	return nil
}

// link is a warm process's end of its two pipes: orders come in, answers go out.
type link struct{ orders, answers *os.File }

var linkTransport = role.Transport[*link]{
	Export: func(l *link) (role.Wire, error) { return role.Wire{Files: []*os.File{l.orders, l.answers}}, nil },
	Open:   func(w role.Wire) (*link, error) { return &link{w.Files[0], w.Files[1]}, nil },
}

// order is for one worker of a warm process: an order that comes too late must not
// reach the next.
type order struct {
	Worker int
	What   string // start, stop, over
}

// answer says that a worker is at work, or how it ended.
type answer struct {
	Begun bool
	Code  int
	Text  string
	Stack string // of a panic
}

func (a answer) end() End {
	switch {
	case a.Code == 0:
		return End{}
	case a.Stack != "":
		return End{a.Code, &role.PanicError{Value: a.Text, Stack: a.Stack}}
	}
	return End{a.Code, &role.RemoteError{Text: a.Text}}
}

func newAnswer(e End) answer {
	a := answer{Code: e.Code}
	var p *role.PanicError
	switch {
	case errors.As(e.Err, &p):
		a.Text, a.Stack = fmt.Sprint(p.Value), p.Stack
	case e.Err != nil:
		a.Text = e.Err.Error()
	}
	return a
}

// serve is the role of a warm process: it runs one worker after the other until
// its orders end. A worker that is running then is cut.
func (t *Task) serve(ctx context.Context, seat *role.Seat, l *link, _ none) (none, error) {
	defer context.AfterFunc(ctx, func() { l.orders.SetReadDeadline(time.Unix(1, 0)) })()
	if err := begin(ctx, seat); err != nil {
		return none{}, err
	}
	in, out := json.NewDecoder(l.orders), json.NewEncoder(l.answers)
	var worker int
	var stop, over chan struct{}
	for {
		var o order
		switch err := in.Decode(&o); {
		case err == io.EOF:
			return none{}, nil
		case ctx.Err() != nil:
			return none{}, context.Cause(ctx)
		case err != nil:
			return none{}, fmt.Errorf("reading an order: %w", err)
		}
		switch {
		case o.What == "start":
			worker, stop, over = o.Worker, make(chan struct{}), make(chan struct{})
			if err := out.Encode(answer{Begun: true}); err != nil {
				return none{}, fmt.Errorf("answering: %w", err)
			}
			go t.answer(out, stop, over)
		case o.Worker != worker: // it has ended
		case o.What == "stop":
			closeOnce(stop)
		case o.What == "over":
			closeOnce(over)
		}
	}
}

// answer runs one worker and says how it ended. Nobody answers meanwhile.
func (t *Task) answer(out *json.Encoder, stop, over <-chan struct{}) {
	out.Encode(newAnswer(t.apart(stop, over))) // that nobody hears it shows in orders
}

// closeOnce is for the one goroutine that closes c.
func closeOnce(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}
