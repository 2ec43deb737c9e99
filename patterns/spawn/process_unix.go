//go:build unix

package spawn

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"crossover/patterns/role"
)

// process is a worker process seen from this one, whatever it was started with.
type process struct {
	pid  int
	in   io.WriteCloser
	out  *json.Decoder
	cpu  time.Duration // what it has said that it used so far
	wait func() (*os.ProcessState, error)
}

// crew is what all spawners of processes share: what to start, and the account
// of what it used.
type crew[In, Out any] struct {
	body *Body[In, Out]
	o    Options
	used atomic.Int64 // ns of processor time
}

// WorkersCPU is the processor time of all worker processes, up to their last
// answer.
func (c *crew[In, Out]) WorkersCPU() (time.Duration, error) {
	return time.Duration(c.used.Load()), nil
}

// place is a worker's place in a hold, which it takes once, dead or alive.
type place struct {
	hold  *Hold
	taken bool
}

func (p *place) pass() {
	p.taken = true
	p.hold.pass()
}

// settle is for a worker that will not come.
func (p *place) settle() {
	if !p.taken {
		p.hold.arrive()
	}
}

// once runs a worker in a process that was started for it, or says why it was
// not.
func (c *crew[In, Out]) once(p *process, err error, hold *Hold, in In, end *End[Out]) {
	at := &place{hold: hold}
	defer at.settle()
	if err != nil {
		end.Err = fmt.Errorf("%w: %w", ErrNotStarted, err)
		return
	}
	_, err = c.converse(p, at, in, true, end)
	if err := c.bury(p, err); err != nil {
		*end = End[Out]{Err: err}
	}
}

// converse has a process run the body once. An error says that it did not answer;
// told, that it knows of the worker all the same.
func (c *crew[In, Out]) converse(p *process, at *place, in In, last bool, end *End[Out]) (told bool, err error) {
	data, err := json.Marshal(in)
	if err != nil {
		end.Err = fmt.Errorf("packing the argument: %w", err)
		return false, nil
	}
	if err := json.NewEncoder(p.in).Encode(request{In: data, Held: at.hold != nil, Last: last}); err != nil {
		return false, fmt.Errorf("sending the argument: %w", err)
	}
	a, err := c.listen(p)
	if err == nil && a.Running {
		at.pass()
		if _, err = p.in.Write([]byte("\n")); err == nil {
			a, err = c.listen(p)
		}
	}
	if err != nil {
		return true, err
	}
	if end.Err = a.err(); end.Err == nil {
		if err := json.Unmarshal(a.Out, &end.Out); err != nil {
			*end = End[Out]{Err: fmt.Errorf("reading the result: %w", err)}
		}
	}
	return true, nil
}

// ask returns when a process is up.
func (c *crew[In, Out]) ask(p *process) error {
	if err := json.NewEncoder(p.in).Encode(request{}); err != nil {
		return fmt.Errorf("asking worker process %d: %w", p.pid, err)
	}
	_, err := c.listen(p)
	return err
}

func (c *crew[In, Out]) listen(p *process) (a answer, err error) {
	if err := p.out.Decode(&a); err != nil {
		return a, fmt.Errorf("reading the answer: %w", err)
	}
	if !a.Running {
		c.account(p, time.Duration(a.CPU))
	}
	return a, nil
}

func (c *crew[In, Out]) account(p *process, cpu time.Duration) {
	c.used.Add(int64(cpu - p.cpu))
	p.cpu = cpu
}

// bury lets a process end, or sees that it has, and returns everything it held.
// err is the trouble there was with it: it returns how such a process ended, and any
// that did not end well.
func (c *crew[In, Out]) bury(p *process, err error) error {
	p.in.Close() // all it could say is that the process is gone
	state, waitErr := p.wait()
	if state == nil {
		return fmt.Errorf("waiting for worker process %d: %w", p.pid, waitErr)
	}
	c.account(p, state.UserTime()+state.SystemTime())
	exit := &role.ExitError{Role: c.body.name, Pid: p.pid, State: state}
	switch {
	case !state.Success():
		return exit
	case err != nil: // a body that exits with 0 has not answered
		return fmt.Errorf("%w: %w", exit, err)
	}
	return nil
}
