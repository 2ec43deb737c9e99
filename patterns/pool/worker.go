package pool

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"crossover/patterns/role"
)

// link is a worker's end of its two pipes: tasks come in, answers go out.
type link struct{ tasks, answers *os.File }

var linkTransport = role.Transport[*link]{
	Export: func(l *link) (role.Wire, error) {
		return role.Wire{Files: []*os.File{l.tasks, l.answers}}, nil
	},
	Open: func(w role.Wire) (*link, error) {
		return &link{w.Files[0], w.Files[1]}, nil
	},
}

// assignment is a chunk of tasks on its way to a worker, answer what comes back
// for it. Both travel as gob: a stream that names its types once.
type assignment[In any] struct{ Tasks []In }

type answer[Out any] struct {
	Results []Out // one a task, zero where it failed
	Failed  []failure
}

// failure is the error of one task, as text: errors do not cross processes.
type failure struct {
	Task     int // position in the assignment
	Text     string
	Panicked bool
	Stack    string
}

func (f failure) err() error {
	if f.Panicked {
		return &role.PanicError{Value: f.Text, Stack: f.Stack}
	}
	return &role.RemoteError{Text: f.Text}
}

// runOnce is the role of a process that exists for one task.
func (f *Func[In, Out]) runOnce(_ context.Context, _ *role.Seat, _ none, in In) (Out, error) {
	return f.callOrExit(in)
}

// callOrExit is Call in a worker process. A task that calls runtime.Goexit takes
// the goroutine of the role with it, and the process would live on and never
// answer; so it goes too.
func (f *Func[In, Out]) callOrExit(in In) (Out, error) {
	returned := false
	defer func() {
		if !returned {
			fmt.Fprintln(os.Stderr, errGoexit)
			os.Exit(1)
		}
	}()
	out, err := f.Call(in) // does not panic
	returned = true
	return out, err
}

// serve is the role of a worker process: it does what it is assigned until its
// tasks end or it is asked to terminate.
func (f *Func[In, Out]) serve(ctx context.Context, seat *role.Seat, l *link, _ none) (none, error) {
	defer context.AfterFunc(ctx, func() { l.tasks.SetReadDeadline(time.Unix(1, 0)) })()
	if err := seat.Ready(ctx); err != nil {
		return none{}, err
	}
	in := gob.NewDecoder(bufio.NewReader(l.tasks))
	buffer := bufio.NewWriter(l.answers)
	out := gob.NewEncoder(buffer)
	for {
		// A new one each time: gob leaves out zero values and would let those of the
		// assignment before shine through.
		var a assignment[In]
		switch err := in.Decode(&a); {
		case err == io.EOF:
			return none{}, nil
		case ctx.Err() != nil:
			return none{}, context.Cause(ctx)
		case err != nil:
			return none{}, fmt.Errorf("reading an assignment: %w", err)
		}
		if err := out.Encode(f.perform(a.Tasks)); err != nil {
			return none{}, fmt.Errorf("sending results: %w", err)
		}
		if err := buffer.Flush(); err != nil {
			return none{}, fmt.Errorf("sending results: %w", err)
		}
	}
}

func (f *Func[In, Out]) perform(tasks []In) answer[Out] {
	a := answer[Out]{Results: make([]Out, len(tasks))}
	for i, in := range tasks {
		var err error
		if a.Results[i], err = f.callOrExit(in); err == nil {
			continue
		}
		fail := failure{Task: i, Text: err.Error()}
		if p := (*role.PanicError)(nil); errors.As(err, &p) {
			fail.Text, fail.Panicked, fail.Stack = fmt.Sprint(p.Value), true, p.Stack
		}
		a.Failed = append(a.Failed, fail)
	}
	return a
}
