package spawn

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"

	"crossover/patterns/role"
)

// The conversation with a worker process: on its standard input requests, on its
// standard output answers, each a line of JSON.

// request asks for the body to be run once. One without an argument only asks
// whether the process is up.
type request struct {
	In   json.RawMessage `json:"in,omitempty"`
	Held bool            `json:"held,omitempty"` // say when you are running, and wait for a line
	Last bool            `json:"last,omitempty"` // end when it is done
}

// answer says that the worker is running, or how it ended.
type answer struct {
	Running  bool            `json:"running,omitempty"`
	Out      json.RawMessage `json:"out,omitempty"`
	Error    string          `json:"error,omitempty"`
	Panicked bool            `json:"panicked,omitempty"` // Error is the value
	Stack    string          `json:"stack,omitempty"`
	CPU      int64           `json:"cpu"` // ns that this process has used so far
}

func (a *answer) err() error {
	switch {
	case a.Panicked:
		return &role.PanicError{Value: a.Error, Stack: a.Stack}
	case a.Error != "":
		return &role.RemoteError{Text: a.Error}
	}
	return nil
}

// serve is the main function of a worker process. It lives as long as somebody
// holds the other end of its standard input, and no longer, whatever the body does.
func (b *Body[In, Out]) serve() {
	signal.Ignore(os.Interrupt) // Ctrl-C reaches the whole group; the parent decides
	lines := make(chan []byte)
	go func() {
		in := bufio.NewReader(os.Stdin)
		for {
			line, err := in.ReadBytes('\n')
			if err != nil {
				os.Exit(0)
			}
			lines <- line
		}
	}()
	out := json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr // a body that prints must not do so into the answers
	for line := range lines {
		var r request
		err := json.Unmarshal(line, &r)
		if err == nil && r.Held {
			if err = out.Encode(answer{Running: true}); err == nil {
				<-lines
			}
		}
		if err == nil {
			err = out.Encode(b.answer(r))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "worker process:", err)
			os.Exit(1)
		}
		if r.Last {
			return
		}
	}
}

// answer runs the body, on a goroutine of its own because it may end it.
func (b *Body[In, Out]) answer(r request) (a answer) {
	if r.In != nil {
		var in In
		var end End[Out]
		if end.Err = json.Unmarshal(r.In, &in); end.Err == nil {
			done := make(chan struct{})
			go func() {
				defer close(done)
				b.run(nil, in, &end)
			}()
			<-done
		}
		if end.Err == nil {
			a.Out, end.Err = json.Marshal(end.Out)
		}
		var p *role.PanicError
		switch {
		case errors.As(end.Err, &p):
			a.Error, a.Panicked, a.Stack = fmt.Sprint(p.Value), true, p.Stack
		case end.Err != nil:
			a.Error = end.Err.Error()
		}
	}
	used, _ := role.SelfCPU()
	a.CPU = int64(used)
	return a
}
