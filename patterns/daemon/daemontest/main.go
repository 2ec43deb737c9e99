package daemontest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"crossover/patterns/daemon"
	"crossover/patterns/role"
)

// none is what a role needs no value for.
type none struct{}

// mainJob is what a main process is to do.
type mainJob struct {
	Variant string
	As      role.As
	Ending  daemon.Ending
	Beats   int
	Stops   bool // its worker when it is told to end, and does not
	Fails   bool // the worker, before it is stopped
}

// mainFiles are those of the worker it starts, and its own: it hears on orders
// that it is to end, and says in the log that it is leaving and that it has left. Nobody
// else holds the log, so that its end of file is the death of main.
type mainFiles struct {
	worker      []*os.File
	orders, log *os.File
}

var mainTransport = role.Transport[mainFiles]{
	Export: func(f mainFiles) (role.Wire, error) {
		return role.Wire{Files: append(slices.Clone(f.worker), f.orders, f.log)}, nil
	},
	Open: func(w role.Wire) (mainFiles, error) {
		n := len(w.Files)
		return mainFiles{w.Files[:n-2], w.Files[n-2], w.Files[n-1]}, nil
	},
}

const (
	mainPanic = "main was to panic"

	leaving    = 'l'
	hasLeft    = 'h'
	hasStopped = 's'
)

// live is a main process. It runs as a role, and a role catches SIGTERM and
// panics; main must not. So the signal gets back what it does by itself, and what
// would be main's goroutine is one that nobody guards. Otherwise it is as good as
// main's: what it defers runs when it returns or panics, and when it has returned
// the process exits.
func (t *Table) live(_ context.Context, _ *role.Seat, f mainFiles, job mainJob) (none, error) {
	signal.Reset(syscall.SIGTERM)
	returned := make(chan error)
	go func() { returned <- t.mainGoroutine(f, job) }()
	return none{}, <-returned
}

func (t *Table) mainGoroutine(f mainFiles, job mainJob) error {
	all := t.variants()
	i := slices.IndexFunc(all, func(v daemon.Variant) bool { return v.Name == job.Variant })
	if i < 0 {
		return fmt.Errorf("no variant %q", job.Variant)
	}
	patience := patience
	if !all[i].Deadline { // it waits for ever, whatever it is told
		patience = time.Millisecond
	}
	d, err := all[i].Start(work, daemon.Options{
		As: job.As, Every: rhythm, Beats: job.Beats, Patience: patience, Files: f.worker,
	})
	if err != nil {
		return err
	}
	defer func() {
		f.log.Write([]byte{leaving})
		d.Leave()
		f.log.Write([]byte{hasLeft}) // sooner to be seen than its death, which takes a while
	}()

	ordered := make(chan error, 1)
	go func() {
		_, err := io.ReadFull(f.orders, make([]byte, 1))
		ordered <- err
	}()
	// It looks at Quit when it has been asked to end.
	if err := <-ordered; err != nil {
		return fmt.Errorf("waiting for the order to end: %w", err)
	}
	if job.Stops {
		if job.Fails {
			<-d.Done()
		}
		d.Stop()
		f.log.Write([]byte{hasStopped})
		select {}
	}
	switch job.Ending {
	case daemon.SIGTERM:
		for range 2 { // closed, it says so to all
			<-d.Quit()
		}
	case daemon.Exit:
		os.Exit(exitCode)
	case daemon.Panic:
		panic(mainPanic)
	}
	return nil
}

// mainProcess is a main process seen from outside.
type mainProcess struct {
	ctx    context.Context
	ending daemon.Ending
	handle *role.Handle[none]
	orders *os.File
	log    *os.File
	said   chan byte // what it logs; closed when it is dead
}

// startMain starts a main that starts a worker, and an observer of that.
func (s Subject) startMain(ctx context.Context, job mainJob) (m *mainProcess, w *watch, err error) {
	job.Variant, job.As = s.Name, s.As
	w, files, err := newWatch(ctx)
	if err != nil {
		return nil, nil, err
	}
	theirOrders, orders, err := os.Pipe()
	if err == nil {
		defer theirOrders.Close()
		var log, theirLog *os.File
		if log, theirLog, err = os.Pipe(); err == nil {
			defer theirLog.Close()
			m = &mainProcess{ctx: ctx, ending: job.Ending, orders: orders, log: log, said: make(chan byte)}
			m.handle, err = s.table.main.Start(context.Background(), nil, role.Options{As: role.Process},
				mainFiles{files, theirOrders, theirLog}, job)
			if err != nil {
				log.Close()
			}
		}
		if err != nil {
			orders.Close()
		}
	}
	for _, f := range files {
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return nil, nil, errors.Join(err, w.close())
	}
	go m.listen()
	return m, w, nil
}

func (m *mainProcess) listen() {
	defer close(m.said)
	var b [1]byte
	for {
		if _, err := m.log.Read(b[:]); err != nil {
			return
		}
		m.said <- b[0]
	}
}

// end ends main in the given way. It does not wait.
func (m *mainProcess) end() error {
	switch m.ending {
	case daemon.SIGTERM:
		if err := m.handle.Terminate(); err != nil {
			return err
		}
	case daemon.SIGKILL:
		return m.handle.Kill()
	}
	return m.order()
}

func (m *mainProcess) order() error {
	_, err := m.orders.Write([]byte{1})
	if errors.Is(err, syscall.EPIPE) { // it is dead
		return nil
	}
	return err
}

// left waits until main is leaving or dead, and says whether it is dead.
func (m *mainProcess) left() (dead bool, err error) {
	select {
	case _, ok := <-m.said:
		return !ok, nil
	case <-m.ctx.Done():
		return false, fmt.Errorf("waiting for main to leave: %w", context.Cause(m.ctx))
	}
}

// died waits until main is dead and checks that it ended as it was to. By SIGTERM
// it may have returned, if the variant catches that.
func (m *mainProcess) died() error {
	for dead := false; !dead; {
		var err error
		if dead, err = m.left(); err != nil {
			return err
		}
	}
	if _, err := await(m.ctx, "main to be reaped", m.handle.Done()); err != nil {
		return err
	}
	_, err := m.handle.Join()
	var exit *role.ExitError
	errors.As(err, &exit)
	ok := false
	switch m.ending {
	case daemon.Return:
		ok = err == nil
	case daemon.Exit:
		ok = exit != nil && exit.State.ExitCode() == exitCode
	case daemon.Panic:
		ok = exit != nil && exit.State.ExitCode() == 2
	case daemon.SIGTERM:
		ok = err == nil || exit != nil && exit.State.String() == "signal: terminated"
	case daemon.SIGKILL:
		ok = exit != nil && exit.State.String() == "signal: killed"
	}
	if !ok {
		return fmt.Errorf("main was to end by %s, and: %w", m.ending, orNil(err))
	}
	return nil
}

// close kills main if it lives, and lets go of it.
func (m *mainProcess) close() error {
	m.handle.Kill()
	m.handle.Join()
	for range m.said {
	}
	return errors.Join(m.orders.Close(), m.log.Close())
}
