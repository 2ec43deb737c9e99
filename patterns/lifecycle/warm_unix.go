//go:build unix

package lifecycle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// warm is a process that outlives its worker and is given the next: to stop a
// worker is not to stop the process.
//
// Guarantees: as self for a worker that fails, panics, exits or has to be killed;
// only the last two take the process, and a new one is started when it is needed.
// Costs: an idle process for each worker there was at once, until Close. Breaks
// when: workers leave something behind: memory, a changed directory, a goroutine
// that goes on. The next one finds it, which a new process forgets.
//
// Source: Python's multiprocessing.Pool without maxtasksperchild; Apache's prefork.
type warm struct {
	o    Options
	mu   sync.Mutex
	idle map[*Task][]*host
}

func warmVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "warm",
			Summary:    "a process that stays and is given the next worker",
			File:       "warm_unix.go",
			Source:     "Python multiprocessing.Pool; Apache prefork",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		As:    role.Process,
		Kills: true,
		New:   func(o Options) Starter { return &warm{o: o, idle: map[*Task][]*host{}} },
	}
}

// host is a warm process seen from its parent.
type host struct {
	handle  *role.Handle[none]
	files   [2]*os.File
	orders  *json.Encoder
	answers *json.Decoder
	workers int // so far
}

func (p *warm) newHost(t *Task) (*host, error) {
	theirOrders, orders, err := role.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirOrders.Close()
	answers, theirAnswers, err := role.Pipe()
	if err != nil {
		orders.Close()
		return nil, err
	}
	defer theirAnswers.Close()
	h := &host{
		files:  [2]*os.File{orders, answers},
		orders: json.NewEncoder(orders), answers: json.NewDecoder(answers),
	}
	h.handle, err = t.warm.Start(context.Background(), nil, role.Options{As: role.Process, GOMAXPROCS: p.o.GOMAXPROCS}, &link{theirOrders, theirAnswers}, none{})
	if err != nil {
		return nil, errors.Join(err, orders.Close(), answers.Close())
	}
	return h, nil
}

// close ends a process that has no worker, or has ended.
func (h *host) close() error {
	h.files[0].Close() // its orders end
	_, err := h.handle.Join()
	h.files[1].Close()
	return err
}

// begin starts a worker in the process.
func (h *host) begin() error {
	h.workers++
	if err := h.orders.Encode(order{h.workers, "start"}); err != nil {
		return err
	}
	var a answer
	if err := h.answers.Decode(&a); err != nil {
		return fmt.Errorf("waiting for a worker to begin: %w", err)
	}
	if !a.Begun {
		return errors.New("waiting for a worker to begin: it said something else")
	}
	return nil
}

func (p *warm) Start(t *Task) (Worker, error) {
	for {
		h, fresh, err := p.take(t)
		if err != nil {
			return nil, fmt.Errorf("starting a worker: %w", err)
		}
		if err := h.begin(); err != nil {
			h.handle.Kill()
			died := h.close()
			if !fresh { // it died while it was idle
				continue
			}
			return nil, fmt.Errorf("starting a worker: %w", errors.Join(err, died))
		}
		w := &warmWorker{life: newLife(), host: h}
		go w.wait(func() { p.give(t, h) })
		return w, nil
	}
}

// take is an idle process, or a new one.
func (p *warm) take(t *Task) (h *host, fresh bool, err error) {
	p.mu.Lock()
	if n := len(p.idle[t]); n > 0 {
		h = p.idle[t][n-1]
		p.idle[t] = p.idle[t][:n-1]
	}
	p.mu.Unlock()
	if h == nil {
		h, err = p.newHost(t)
		return h, true, err
	}
	return h, false, nil
}

func (p *warm) give(t *Task, h *host) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle[t] = append(p.idle[t], h)
}

// Close ends the idle processes. One that has died since is no error: nobody was
// at work there.
func (p *warm) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for t, hosts := range p.idle {
		for _, h := range hosts {
			h.close()
		}
		delete(p.idle, t)
	}
	return nil
}

type warmWorker struct {
	life
	host *host

	mu     sync.Mutex
	ended  bool // the process may be another worker's
	killed bool
}

// wait waits for the answer, or for the end of the process instead.
func (w *warmWorker) wait(giveBack func()) {
	defer close(w.done)
	var a answer
	err := w.host.answers.Decode(&a)
	w.mu.Lock()
	w.ended = true
	killed := w.killed
	w.mu.Unlock()
	if err == nil && !killed {
		w.end = a.end()
		giveBack()
		return
	}
	died := w.host.close()
	switch {
	case err == nil: // it had ended when it was killed
		w.end = a.end()
	case died == nil:
		w.end = End{1, fmt.Errorf("the worker's process ended without an answer: %w", err)}
	default:
		w.end = endOfRole(died)
	}
}

// order reaches this worker or nobody.
func (w *warmWorker) order(what string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended || w.killed {
		return nil
	}
	if err := w.host.orders.Encode(order{w.host.workers, what}); err != nil && !errors.Is(err, syscall.EPIPE) {
		return fmt.Errorf("ordering a worker to %s: %w", what, err)
	}
	return nil
}

func (w *warmWorker) Finish() error { return w.order("over") }
func (w *warmWorker) Ask() error    { return w.order("stop") }

// Kill takes the process.
func (w *warmWorker) Kill() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return nil
	}
	w.killed = true
	return w.host.handle.Kill()
}

// CPU is the processor time that the process has used, for all its workers.
func (w *warmWorker) CPU() (time.Duration, error) { return w.host.handle.CPU() }
