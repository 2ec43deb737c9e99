package daemontest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"crossover/patterns/daemon"
	"crossover/patterns/lawtest"
	"crossover/patterns/role/roletest"
)

// Every worker under a law does this: it says that its work in hand has begun,
// waits for an order, and says that it is done. Nobody to hear it, or to order it,
// is an error, so that no worker outlives the law.
var work = daemon.Named("daemontest.work", func(files []*os.File) error {
	diary, orders := files[0], files[1]
	_, locked := roletest.Goroutine()
	if _, err := fmt.Fprintln(diary, begun, os.Getpid(), locked, runtime.GOMAXPROCS(0)); err != nil {
		return err
	}
	var order [1]byte
	if _, err := io.ReadFull(orders, order[:]); err != nil {
		return fmt.Errorf("waiting for an order: %w", err)
	}
	switch order[0] {
	case toFail:
		return errFailed
	case toPanic:
		panic(panicText)
	case toFault:
		panic(errors.New(panicText))
	case toLeave:
		runtime.Goexit()
	case toExit:
		os.Exit(exitCode)
	case toDie:
		if err := kill(os.Getpid()); err != nil {
			return err
		}
		select {} // it comes
	}
	_, err := fmt.Fprintln(diary, ended)
	return err
})

const (
	begun = "begin"
	ended = "end"

	toEnd   = '.' // the work in hand, as it should
	toFail  = 'f'
	toPanic = 'p'
	toFault = 'e' // to panic with an error, as the runtime does
	toLeave = 'l'
	toExit  = 'x'
	toDie   = 'd'

	exitCode  = 3
	panicText = "this beat was to panic"
)

// place is where a beat is done.
type place struct {
	pid    int
	locked bool // to its thread
	procs  int
}

var errFailed = errors.New("this beat was to fail")

// rhythm is what laws ask for where they have no wish.
const rhythm = time.Millisecond

// watch is an observer of a worker: what it writes, to its very end, and the
// orders it waits for. The worker holds the other ends, so that end of file is its
// death.
type watch struct {
	ctx    context.Context
	lines  chan string // closed at end of file
	diary  *os.File
	orders *os.File
}

// newWatch makes an observer and the files for its worker.
func newWatch(ctx context.Context) (w *watch, files []*os.File, err error) {
	diary, theirDiary, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	theirOrders, orders, err := os.Pipe()
	if err != nil {
		diary.Close()
		theirDiary.Close()
		return nil, nil, err
	}
	w = &watch{ctx, make(chan string), diary, orders}
	go func() {
		defer close(w.lines)
		for s := bufio.NewScanner(diary); s.Scan(); {
			w.lines <- s.Text()
		}
	}()
	return w, []*os.File{theirDiary, theirOrders}, nil
}

// close lets go of the worker, which then ends if it has not, and waits until
// nobody writes any more. Its own files must be closed or handed over.
func (w *watch) close() error {
	err := w.orders.Close()
	for range w.lines {
	}
	return errors.Join(err, w.diary.Close())
}

// next is what the worker writes next: begun, and where, ended, or "" if it has died.
func (w *watch) next() (what string, at place, err error) {
	select {
	case line := <-w.lines:
		what, where, _ := strings.Cut(line, " ")
		if what == begun {
			if _, err := fmt.Sscan(where, &at.pid, &at.locked, &at.procs); err != nil {
				return "", at, fmt.Errorf("the worker wrote %q: %w", line, err)
			}
		}
		return what, at, nil
	case <-w.ctx.Done():
		return "", at, fmt.Errorf("waiting for the worker to begin, to end or to be gone: %w", context.Cause(w.ctx))
	}
}

// expect waits for what the worker writes next.
func (w *watch) expect(want string) (at place, err error) {
	got, at, err := w.next()
	if err == nil && got != want {
		err = fmt.Errorf("the worker %s, where %q was expected", state(got), state(want))
	}
	return at, err
}

// state is what a worker wrote, put into words.
func state(what string) string {
	switch what {
	case begun:
		return "has begun a beat"
	case ended:
		return "has ended a beat"
	}
	return "is gone"
}

// order tells the worker what to do with the work in hand. That it is gone is
// found out otherwise.
func (w *watch) order(what byte) error {
	_, err := w.orders.Write([]byte{what})
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// beats sees so many beats through.
func (w *watch) beats(n int) error {
	for range n {
		if _, err := w.expect(begun); err != nil {
			return err
		}
		if err := w.order(toEnd); err != nil {
			return err
		}
		if _, err := w.expect(ended); err != nil {
			return err
		}
	}
	return nil
}

// toTheEnd orders the work in hand to be ended, and every further one, until the
// worker is gone. It counts the beats, the one in hand included.
func (w *watch) toTheEnd() (beats int, err error) {
	for {
		if err := w.order(toEnd); err != nil {
			return beats, err
		}
		switch what, _, err := w.next(); {
		case err != nil:
			return beats, err
		case what != ended:
			return beats, fmt.Errorf("the worker %s with a beat in hand: it was cut", state(what))
		}
		beats++
		switch what, _, err := w.next(); {
		case err != nil:
			return beats, err
		case what == "":
			return beats, nil
		}
		lawtest.Linger() // with a beat in hand: whoever cuts it is seen
	}
}
