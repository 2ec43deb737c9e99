//go:build unix

package role_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"crossover/patterns/role"
)

var echo = role.RegisterProgram("test.echo", func() {
	var word string
	fmt.Scan(&word)
	fmt.Print(word, " ", runtime.GOMAXPROCS(0), " ", os.Getenv("CROSSOVER_ROLE"))
})

func TestProgram(t *testing.T) {
	path, args, env, err := echo.Command(3)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Args, cmd.Env, cmd.Stdin = args, env, strings.NewReader("hello")
	out, err := cmd.Output()
	if want := "hello 3 "; err != nil || string(out) != want {
		t.Errorf("got %q, %v; want %q", out, err, want)
	}
}

func TestTakenProgramNamePanics(t *testing.T) {
	for _, name := range []string{"test.echo", "test.square"} {
		func() {
			defer func() {
				if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), name) {
					t.Errorf("recovered %v, want a panic that names %s", v, name)
				}
			}()
			role.RegisterProgram(name, func() {})
		}()
	}
}

// leavesOthers starts a process that outlives it, and returns its pid. That one holds its
// standard error, or nothing.
var leavesOthers = role.Register("test.leaves.others", role.Transport[none]{}, func(_ context.Context, _ *role.Seat, _ none, stderr bool) (int, error) {
	other := exec.Command("sleep", "60")
	if stderr {
		other.Stderr = os.Stderr
	}
	if err := other.Start(); err != nil {
		return 0, err
	}
	return other.Process.Pid, nil
})

// Nobody waits for what a worker has started and left.
func TestWorkerLeavesOthers(t *testing.T) {
	for _, stderr := range []bool{false, true} {
		t.Run(fmt.Sprintf("with stderr %t", stderr), func(t *testing.T) {
			onlyProcess(t)
			h, err := leavesOthers.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, stderr)
			if err != nil {
				t.Fatal(err)
			}
			report, err := within(t, h)
			if err != nil {
				t.Error(err)
			}
			if report.Out > 1 {
				syscall.Kill(report.Out, syscall.SIGKILL)
			}
		})
	}
}

// Ctrl-C at the terminal reaches the whole group, and it is for the parent to decide what
// that means.
func TestInterruptIsIgnored(t *testing.T) {
	onlyProcess(t)
	h := started(t, waits, role.Process, none{})
	if err := syscall.Kill(h.Pid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := h.Terminate(); err != nil { // comes after it
		t.Fatal(err)
	}
	if _, err := within(t, h); !errors.Is(err, role.ErrTerminated) {
		t.Errorf("got error %v, want %v", err, role.ErrTerminated)
	}
}

// A worker process that ends with its context's own error was asked to just as well.
func TestResignation(t *testing.T) {
	onlyProcess(t)
	h := started(t, resigns, role.Process, none{})
	if err := h.Terminate(); err != nil {
		t.Fatal(err)
	}
	if _, err := within(t, h); !errors.Is(err, role.ErrTerminated) {
		t.Errorf("got error %v, want %v", err, role.ErrTerminated)
	}
}

// A file that is closed cannot be handed over, and no worker comes without it.
func TestClosedFileIsRefused(t *testing.T) {
	onlyProcess(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	gate := role.NewGate(1)
	h, err := holds.Start(t.Context(), gate, role.Options{As: role.Process}, r, none{})
	if err == nil {
		within(t, h)
	}
	if !errors.Is(err, os.ErrClosed) {
		t.Errorf("got error %v, want %v", err, os.ErrClosed)
	}
	ctx, cancel := context.WithTimeout(t.Context(), watchdog)
	defer cancel()
	if opened := gate.Open(ctx); !errors.Is(opened, os.ErrClosed) {
		t.Errorf("Open returned %v, want why no role came", opened)
	}
}

var holds = role.Register("test.holds", role.Transport[*os.File]{
	Export: func(f *os.File) (role.Wire, error) { return role.Wire{Files: []*os.File{f}}, nil },
	Open:   func(w role.Wire) (*os.File, error) { return w.Files[0], nil },
}, func(_ context.Context, _ *role.Seat, f *os.File, _ none) (int, error) { return 0, f.Close() })
