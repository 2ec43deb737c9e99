package role_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// usableCPU is a CPU this process may run on.
func usableCPU(t *testing.T) int {
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mask); err != nil {
		t.Fatal(err)
	}
	for c := 0; ; c++ {
		if mask.IsSet(c) {
			return c
		}
	}
}

// A parent has workers of every temper at work at once, and kills them.
var parents = lawtest.RegisterParents("role", lawtest.Work{"every temper": func() error {
	gate := role.NewGate(3)
	var workers []*role.Handle[int]
	for _, r := range []*role.Role[none, none, int]{waits, stubborn, spins} {
		h, err := r.Start(context.Background(), gate, role.Options{As: role.Process, GOMAXPROCS: 1}, none{}, none{})
		if err != nil {
			return err
		}
		workers = append(workers, h)
	}
	if err := gate.Open(context.Background()); err != nil {
		return err
	}
	lawtest.Linger()
	for _, h := range workers {
		if err := h.Kill(); err != nil {
			return err
		}
		<-h.Done()
	}
	return nil
}})

// The worker that ignores SIGTERM and the one that never yields included, all must go by
// themselves.
func TestParentKilled(t *testing.T) { parents.Kill(t) }

// A worker whose parent has died before it said all that there is to say is gone, and
// has not begun, even one that is to outlive its parent.
func TestParentDiesInTheMiddleOfTheHeader(t *testing.T) {
	header := `{"in":{},"orphaned":"carries on"}` + "\n"
	for said := range len(header) + 1 { // after the header comes the gate's byte
		if err := toldSoMuch(t, header[:said]); err != nil {
			t.Fatalf("the parent had said %q: %v", header[:said], err)
		}
	}
}

// toldSoMuch starts a worker by hand and leaves it after a few words.
func toldSoMuch(t *testing.T, words string) error {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close()
	out, theirOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, theirIn.Close())
	}
	defer out.Close()
	ctx, cancel := context.WithTimeout(t.Context(), watchdog)
	defer cancel()
	worker := exec.CommandContext(ctx, os.Args[0])
	worker.Env = append(os.Environ(), "CROSSOVER_ROLE=test.heir", "GORACE=atexit_sleep_ms=0")
	worker.ExtraFiles = []*os.File{theirIn, theirOut}
	var began bytes.Buffer
	worker.Stdout = &began
	err = worker.Start()
	if err = errors.Join(err, theirIn.Close(), theirOut.Close()); err != nil {
		return err
	}
	_, err = in.WriteString(words)
	err = errors.Join(err, in.Close())
	ended := worker.Wait()
	if worker.ProcessState.ExitCode() != 1 || began.Len() > 0 {
		err = errors.Join(err, fmt.Errorf("the worker said %q and ended with: %v", began.String(), ended))
	}
	return err
}

// overhear starts a parent. What it says and what its workers say can be read, to the
// end of file when the last of them is gone.
func overhear[In any](t *testing.T, r *role.Role[none, In, int], o role.Options, in In) (h *role.Handle[int], said *os.File) {
	t.Helper()
	said, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	said.SetReadDeadline(time.Now().Add(watchdog))
	stdout := os.Stdout
	os.Stdout = w // a worker inherits it
	h, err = r.Start(t.Context(), nil, o, none{}, in)
	os.Stdout = stdout
	if err != nil {
		said.Close()
		t.Fatal(err)
	}
	return h, said
}

// heir says its pid when it is at work, and waits to be asked to end.
var heir = role.Register("test.heir", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
	if err := s.Ready(ctx); err != nil {
		return 0, err
	}
	fmt.Println("worker", os.Getpid())
	<-ctx.Done()
	return 0, context.Cause(ctx)
})

// testator starts a worker that may outlive it and waits. It says the pid of one
// that waits itself, behind a gate that never opens.
var testator = role.Register("test.testator", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, will will) (int, error) {
	gate := role.NewGate(1 + will.Missing)
	h, err := heir.Start(context.Background(), gate, role.Options{
		As: role.Process, GOMAXPROCS: 1, Orphaned: will.Orphaned,
		Attr: &syscall.SysProcAttr{Setsid: true},
	}, none{}, none{})
	if err != nil {
		return 0, err
	}
	if will.Missing > 0 {
		fmt.Println("worker", h.Pid())
	}
	if err := gate.Open(ctx); err != nil {
		return 0, err
	}
	select {}
})

type will struct {
	Orphaned role.Orphaned
	Missing  int // parties, without which the gate does not open
}

// TestOrphaned kills a parent whose worker was told what to do then.
func TestOrphaned(t *testing.T) {
	for _, c := range []struct {
		will
		survives bool
	}{
		{will{role.Exits, 0}, false},
		{will{role.WindsUp, 0}, false},
		{will{role.Continues, 0}, true},
		{will{role.Continues, 1}, false}, // it has not begun
	} {
		t.Run(fmt.Sprintf("%s/%d missing", c.Orphaned, c.Missing), func(t *testing.T) {
			roletest.NoLeaks(t)
			h, said := overhear(t, testator, role.Options{As: role.Process}, c.will)
			defer said.Close()
			var pid int
			if _, err := fmt.Fscanf(said, "worker %d\n", &pid); err != nil {
				t.Fatal(err)
			}
			if sid, err := unix.Getsid(pid); err != nil || sid != pid {
				t.Errorf("session of worker %d: %d, %v; want its own", pid, sid, err)
			}
			if err := h.Kill(); err != nil {
				t.Fatal(err)
			}
			within(t, h)
			if c.survives {
				time.Sleep(20 * time.Millisecond) // to do what it must not
				if !running(pid) {
					t.Error("the worker did not outlive its parent")
				}
				syscall.Kill(pid, syscall.SIGTERM) // which it heeds, as ever
			}
			for deadline := time.Now().Add(watchdog); running(pid); time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Errorf("worker %d outlived its parent", pid)
					syscall.Kill(pid, syscall.SIGKILL)
					break
				}
			}
		})
	}
}

// running reports whether a process exists and is no zombie. An orphan's zombie
// is for whoever adopted it to reap.
func running(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, _ := bytes.Cut(stat, []byte(") "))
	return len(after) > 0 && after[0] != 'Z'
}

// TestNoMain starts a role from a program that never calls Main: an error that
// says what to add, and no second program.
func TestNoMain(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	dir := t.TempDir()
	src := filepath.Join(dir, "main.go")
	program := `package main

import (
	"context"
	"fmt"

	"crossover/patterns/role"
)

var r = role.Register("r", role.Transport[int]{}, func(context.Context, *role.Seat, int, int) (int, error) { return 0, nil })

func main() {
	_, err := r.Start(context.Background(), nil, role.Options{As: role.Process}, 0, 0)
	fmt.Print(err)
}
`
	if err := os.WriteFile(src, []byte(program), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "run", src).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "call it first thing in main or TestMain") {
		t.Errorf("got %q, %v; want what to add", out, err)
	}
}
