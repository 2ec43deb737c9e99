package role_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"crossover/patterns/clock"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

// watchdog is how long a step that should come may take before it is a hang.
const watchdog = 30 * time.Second

// within fails the test if the role has not ended in time.
func within[Out any](t *testing.T, h *role.Handle[Out]) (role.Report[Out], error) {
	t.Helper()
	select {
	case <-h.Done():
	case <-time.After(watchdog):
		h.Kill()
		t.Fatal("the role did not end")
	}
	return h.Join()
}

type none struct{}

var (
	square = role.Register("test.square", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, in int) (int, error) {
		if err := s.Ready(ctx); err != nil {
			return 0, err
		}
		return in * in, nil
	})
	fails = role.Register("test.fails", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, text string) (int, error) {
		return len(text), errors.New(text)
	})
	returns = role.Register("test.returns", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, out float64) (float64, error) {
		return out, nil
	})
	// resigns when it is asked to, with what its context says.
	resigns = role.Register("test.resigns", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
		if err := s.Ready(ctx); err != nil && ctx.Err() == nil { // it may be asked before it hears of the gate
			return 0, err
		}
		<-ctx.Done()
		return 0, ctx.Err()
	})
	panics = role.Register("test.panics", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, value string) (int, error) {
		panic(value)
	})
	passesOn = role.Register("test.passes.on", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, value string) (int, error) {
		return 0, &role.PanicError{Value: value} // as of a store in shared memory, whose stack does not cross
	})
	quits = role.Register("test.quits", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
		runtime.Goexit()
		return 0, nil
	})
	exits = role.Register("test.exits", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, code int) (int, error) {
		os.Exit(code)
		return 0, nil
	})
	crashes = role.Register("test.crashes", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
		go panic("in a goroutine that nobody guards")
		<-ctx.Done()
		return 0, nil
	})
	// waits is ready, then waits to be asked to end.
	waits = role.Register("test.waits", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
		if err := s.Ready(ctx); err != nil {
			return 0, err
		}
		<-ctx.Done()
		return 0, context.Cause(ctx)
	})
	// stubborn hears SIGTERM and goes on.
	stubborn = role.Register("test.stubborn", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
		signal.Ignore(syscall.SIGTERM)
		if err := s.Ready(ctx); err != nil {
			return 0, err
		}
		select {}
	})
	// spins keeps its only P busy for ever.
	spins = role.Register("test.spins", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
		if err := s.Ready(ctx); err != nil {
			return 0, err
		}
		for n := 0; ; n++ {
			sink = n
		}
	})
	parties = role.Register("test.environment", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) ([]string, error) {
		return []string{
			fmt.Sprint("GOMAXPROCS=", runtime.GOMAXPROCS(0)),
			fmt.Sprint("NumCPU=", runtime.NumCPU()),
			"variable=" + os.Getenv("CROSSOVER_ROLE"),
		}, nil
	})
)

var sink int

// started starts a role and lets it through its gate.
func started[In, Out any](t *testing.T, r *role.Role[none, In, Out], as role.As, in In) *role.Handle[Out] {
	t.Helper()
	gate := role.NewGate(1)
	h, err := r.Start(t.Context(), gate, role.Options{As: as}, none{}, in)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), watchdog)
	defer cancel()
	if err := gate.Open(ctx); err != nil {
		t.Fatal(err)
	}
	return h
}

// each runs a test in every execution this platform has.
func each(t *testing.T, f func(t *testing.T, as role.As)) {
	for _, as := range role.Executions() {
		t.Run(string(as), func(t *testing.T) {
			roletest.NoLeaks(t)
			f(t, as)
		})
	}
}

func onlyProcess(t *testing.T) {
	if !slices.Contains(role.Executions(), role.Process) {
		t.Skip("no worker processes on this platform")
	}
	roletest.NoLeaks(t)
}

func TestReturn(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		before := clock.Now()
		h := started(t, square, as, 7)
		report, err := within(t, h)
		if err != nil || report.Out != 49 {
			t.Fatalf("got %d, %v; want 49", report.Out, err)
		}
		if h.Alive() {
			t.Error("alive after Join")
		}
		if report.Start.Before(before) || report.End.Before(report.Start) || report.End.After(clock.Now()) {
			t.Errorf("times out of order: before %v, start %v, end %v", before, report.Start, report.End)
		}
	})
}

func TestError(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		for _, text := range []string{"no milk", ""} {
			h, err := fails.Start(t.Context(), nil, role.Options{As: as}, none{}, text)
			if err != nil {
				t.Fatal(err)
			}
			r, err := within(t, h)
			if err == nil || err.Error() != text {
				t.Errorf("got error %v, want %q", err, text)
			}
			if r.Out != len(text) {
				t.Errorf("got %d beside the error, want %d", r.Out, len(text))
			}
		}
	})
}

func TestPanic(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		h, err := panics.Start(t.Context(), nil, role.Options{As: as}, none{}, "spilt milk")
		if err != nil {
			t.Fatal(err)
		}
		_, err = within(t, h)
		var p *role.PanicError
		if !errors.As(err, &p) || p.Value != "spilt milk" || !strings.Contains(p.Stack, "role_test.go") {
			t.Errorf("got error %#v, want the panic with its stack", err)
		}
	})
}

// A panic that a body only passes on may have no stack, and is an error all the same.
func TestPanicWithoutStack(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		h, err := passesOn.Start(t.Context(), nil, role.Options{As: as}, none{}, "spilt milk")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := within(t, h); err == nil || !strings.Contains(err.Error(), "spilt milk") {
			t.Errorf("got error %v, want the panic", err)
		}
	})
}

// A body that neither returns nor panics is no hang.
func TestGoexit(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		h, err := quits.Start(t.Context(), nil, role.Options{As: as}, none{}, none{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := within(t, h); err == nil || !strings.Contains(err.Error(), "runtime.Goexit") {
			t.Errorf("got error %v, want the Goexit", err)
		}
	})
}

// A result that cannot cross is an error, and so is one that cannot be read.
func TestResultThatCannotCross(t *testing.T) {
	onlyProcess(t)
	h, err := returns.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := within(t, h); err != nil || r.Out != 2 {
		t.Errorf("got %v, %v; want 2", r.Out, err)
	}
	n, err := unpackable.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, none{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := within(t, n); err == nil || !strings.Contains(err.Error(), "packing the result") {
		t.Errorf("got error %v, want that its result cannot be packed", err)
	}
	u, err := unreadable.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, none{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := within(t, u); err == nil || !strings.Contains(err.Error(), "reading its result") {
		t.Errorf("got error %v, want that its result cannot be read", err)
	}
}

// oneWay is packed and cannot be read again.
type oneWay struct{}

func (oneWay) UnmarshalJSON([]byte) error { return errors.New("there is no way back") }

var (
	unpackable = role.Register("test.unpackable", role.Transport[none]{}, func(context.Context, *role.Seat, none, none) (float64, error) {
		return math.NaN(), nil
	})
	unreadable = role.Register("test.unreadable", role.Transport[none]{}, func(context.Context, *role.Seat, none, none) (oneWay, error) {
		return oneWay{}, nil
	})
)

func TestExitCode(t *testing.T) {
	onlyProcess(t)
	for _, code := range []int{0, 1, 3} { // 0 too: it left without a report
		h, err := exits.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, code)
		if err != nil {
			t.Fatal(err)
		}
		_, err = within(t, h)
		var e *role.ExitError
		if !errors.As(err, &e) || e.State.ExitCode() != code || e.Pid != h.Pid() {
			t.Errorf("got error %v, want the exit of %d with code %d", err, h.Pid(), code)
		}
	}
}

func TestCrashOutsideTheBody(t *testing.T) {
	onlyProcess(t)
	h, err := crashes.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, none{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = within(t, h)
	var e *role.ExitError
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "panic: in a goroutine that nobody guards") {
		t.Errorf("got error %v, want the crash with its first line", err)
	}
}

func TestTerminate(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		h := started(t, waits, as, none{})
		if !h.Alive() {
			t.Error("not alive before Terminate")
		}
		if err := h.Terminate(); err != nil {
			t.Fatal(err)
		}
		if _, err := within(t, h); !errors.Is(err, role.ErrTerminated) {
			t.Errorf("got error %v, want %v", err, role.ErrTerminated)
		}
		if err := h.Terminate(); err != nil {
			t.Errorf("terminating again: %v", err)
		}
	})
}

// Nothing stays with a context that lasts longer than the role.
func TestContextIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		ctx := roletest.NewLasting()
		h, err := square.Start(ctx, nil, role.Options{As: as}, none{}, 7)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := within(t, h); err != nil {
			t.Fatal(err)
		}
		if n := ctx.Waiting(); n != 0 {
			t.Errorf("%d functions wait for the end of its context", n)
		}
	})
}

func TestContextEndTerminates(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		ctx, cancel := context.WithCancel(t.Context())
		h, err := waits.Start(ctx, nil, role.Options{As: as}, none{}, none{})
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		if _, err := within(t, h); err == nil {
			t.Error("the role ended without an error")
		}
	})
}

func TestStopEscalates(t *testing.T) {
	onlyProcess(t)
	h := started(t, stubborn, role.Process, none{})
	_, err := h.Stop(50 * time.Millisecond)
	var e *role.ExitError
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "killed") {
		t.Errorf("got error %v, want the kill", err)
	}
}

func TestKillFromOutside(t *testing.T) {
	onlyProcess(t)
	h := started(t, waits, role.Process, none{})
	stranger, err := os.FindProcess(h.Pid())
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Release()
	if err := stranger.Kill(); err != nil {
		t.Fatal(err)
	}
	_, err = within(t, h)
	var e *role.ExitError
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "killed") {
		t.Errorf("got error %v, want the kill", err)
	}
	if err := h.Kill(); err != nil {
		t.Errorf("killing again: %v", err)
	}
}

func TestKillInProcessIsUnsupported(t *testing.T) {
	for _, as := range []role.As{role.Goroutine, role.Thread} {
		h := started(t, waits, as, none{})
		if err := h.Kill(); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: got error %v, want unsupported", as, err)
		}
		h.Terminate()
		within(t, h)
	}
}

// A role that returns before it is ready, and without an error, does not hang its gate.
func TestGateFailsOnEarlyReturn(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		gate := role.NewGate(1)
		h, err := returns.Start(t.Context(), gate, role.Options{As: as}, none{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), watchdog)
		defer cancel()
		if err := gate.Open(ctx); err == nil || !strings.Contains(err.Error(), "returned before it was ready") {
			t.Errorf("Open returned %v, want that the role has returned", err)
		}
		if r, err := within(t, h); err != nil || r.Out != 1 {
			t.Errorf("got %v, %v; want 1", r.Out, err)
		}
	})
}

func TestGateFailsOnEarlyDeath(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		gate := role.NewGate(2)
		w, err := waits.Start(t.Context(), gate, role.Options{As: as}, none{}, none{})
		if err != nil {
			t.Fatal(err)
		}
		f, err := fails.Start(t.Context(), gate, role.Options{As: as}, none{}, "broken chair")
		if err != nil {
			t.Fatal(err)
		}
		if err := gate.Open(t.Context()); err == nil || err.Error() != "broken chair" {
			t.Errorf("Open returned %v, want the death", err)
		}
		within(t, f)
		if _, err := within(t, w); err == nil || err.Error() != role.ErrGateFailed.Error() {
			t.Errorf("the waiting seat got %v, want %v", err, role.ErrGateFailed)
		}
	})
}

// Whoever opened a gate relies on the roles behind it: none of them may turn back
// because it was stopped before it came to run.
func TestOpenGateLetsPass(t *testing.T) {
	for _, as := range []role.As{role.Goroutine, role.Thread} {
		for range 200 {
			gate := role.NewGate(1)
			h, err := square.Start(t.Context(), gate, role.Options{As: as}, none{}, 3)
			if err != nil {
				t.Fatal(err)
			}
			if err := gate.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.Terminate()
			if r, err := within(t, h); err != nil || r.Out != 9 {
				t.Fatalf("as %s it got %v, %v", as, r.Out, err)
			}
		}
	}
}

func TestGateHoldsBack(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		const seats = 3
		gate := role.NewGate(seats)
		var handles []*role.Handle[int]
		for i := range seats {
			h, err := square.Start(t.Context(), gate, role.Options{As: as}, none{}, i)
			if err != nil {
				t.Fatal(err)
			}
			handles = append(handles, h)
		}
		for _, h := range handles {
			if !h.Alive() {
				t.Error("a role went through a closed gate")
			}
		}
		opening := clock.Now()
		if err := gate.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, h := range handles {
			report, err := within(t, h)
			if err != nil {
				t.Fatal(err)
			}
			if report.Start.Before(opening.Add(-time.Millisecond)) { // wall clocks of two processes meet here
				t.Errorf("started %v before the gate opened", opening.Sub(report.Start))
			}
		}
	})
}

func TestOpenGivesUpWithContext(t *testing.T) {
	gate := role.NewGate(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := gate.Open(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// Who comes to a gate that has been given up turns back.
func TestGateGivenUp(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		gate := role.NewGate(1)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := gate.Open(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Open returned %v, want %v", err, context.Canceled)
		}
		h, err := square.Start(t.Context(), gate, role.Options{As: as}, none{}, 7)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := within(t, h); err == nil || err.Error() != role.ErrGateFailed.Error() {
			t.Errorf("got error %v, want %v", err, role.ErrGateFailed)
		}
	})
}

// Once all seats are taken nobody is missing, whoever else cannot be started.
func TestFailureAtSettledGate(t *testing.T) {
	each(t, func(t *testing.T, as role.As) {
		gate := role.NewGate(1)
		h, err := square.Start(t.Context(), gate, role.Options{As: as}, none{}, 7)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), watchdog)
		defer cancel()
		if err := gate.Open(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := square.Start(t.Context(), gate, role.Options{As: "fibre"}, none{}, 7); err == nil {
			t.Error("a fibre was started")
		}
		if r, err := within(t, h); err != nil || r.Out != 49 {
			t.Errorf("got %d, %v; want 49", r.Out, err)
		}
	})
}

func TestWorkerEnvironment(t *testing.T) {
	onlyProcess(t)
	o := role.Options{As: role.Process, GOMAXPROCS: 3}
	want := []string{"GOMAXPROCS=3", "NumCPU=" + fmt.Sprint(runtime.NumCPU()), "variable="}
	if runtime.GOOS == "linux" {
		o.CPUs = []int{usableCPU(t)}
		want[1] = "NumCPU=1"
	}
	h, err := parties.Start(t.Context(), nil, o, none{}, none{})
	if err != nil {
		t.Fatal(err)
	}
	report, err := within(t, h)
	if err != nil || !slices.Equal(report.Out, want) {
		t.Errorf("got %q, %v; want %q", report.Out, err, want)
	}
}

// toils uses processor time before it is ready, and as much after.
var toils = role.Register("test.toils", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, each time.Duration) (time.Duration, error) {
	toil(each)
	if err := s.Ready(ctx); err != nil {
		return 0, err
	}
	return toil(each), nil
})

// toil spins until this process has used so much more processor time, and returns how much.
func toil(least time.Duration) time.Duration {
	before, _ := role.SelfCPU()
	for {
		if now, known := role.SelfCPU(); !known || now-before >= least {
			return now - before
		}
	}
}

// The account of a worker process begins when it is ready and leaves nothing out.
func TestCPUOfWork(t *testing.T) {
	onlyProcess(t)
	const each = 20 * time.Millisecond
	h, err := toils.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, each)
	if err != nil {
		t.Fatal(err)
	}
	report, err := within(t, h)
	if err != nil {
		t.Fatal(err)
	}
	if report.Out > 0 && (report.CPU < report.Out || report.CPU >= report.Out+each) {
		t.Errorf("the report says that the work used %v, the worker %v", report.CPU, report.Out)
	}
}

func TestCPUOfHungWorker(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("CPU clocks of other processes are Linux's")
	}
	roletest.NoLeaks(t)
	h := started(t, spins, role.Process, none{})
	defer within(t, h)
	defer h.Kill()
	for deadline := time.Now().Add(watchdog); ; {
		used, err := h.CPU()
		if err != nil {
			t.Fatal(err)
		}
		if used > 20*time.Millisecond {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("a spinning worker used %v", used)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestUnknownExecution(t *testing.T) {
	_, err := square.Start(t.Context(), nil, role.Options{As: "fibre"}, none{}, 1)
	if err == nil || !strings.Contains(err.Error(), "fibre") {
		t.Errorf("got %v, want an error naming it", err)
	}
}

func TestAmong(t *testing.T) {
	for _, test := range []struct{ asked, want role.As }{
		{"", role.Thread}, {role.Thread, role.Thread}, {role.Process, role.Process}, {role.Goroutine, ""},
	} {
		got, err := test.asked.Among(role.Thread, role.Process)
		if got != test.want || errors.Is(err, errors.ErrUnsupported) != (test.want == "") {
			t.Errorf("asked for %q: got %q, %v, want %q", test.asked, got, err, test.want)
		}
	}
}

func TestTakenNamePanics(t *testing.T) {
	defer func() {
		if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), "test.square") {
			t.Errorf("recovered %v, want a panic that names the role", v)
		}
	}()
	role.Register("test.square", role.Transport[none]{}, func(context.Context, *role.Seat, none, int) (int, error) { return 0, nil })
}
