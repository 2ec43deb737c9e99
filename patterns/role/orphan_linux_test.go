package role_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
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

// breeder starts workers of every temper, and waits. It says each step.
var breeder = role.Register("test.breeder", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
	fmt.Println("begun")
	gate := role.NewGate(3)
	for _, r := range []*role.Role[none, none, int]{waits, stubborn, spins} {
		if _, err := r.Start(context.Background(), gate, role.Options{As: role.Process, GOMAXPROCS: 1}, none{}, none{}); err != nil {
			return 0, err
		}
		fmt.Println("one started")
	}
	if err := gate.Open(ctx); err != nil {
		return 0, err
	}
	fmt.Println("all ready")
	select {}
})

const steps = 1 + 3 + 1 // that the breeder says

// TestParentKilled kills a parent without warning, at some moment from its own start to
// when all its workers run: they, the one that ignores SIGTERM and the one that never
// yields included, must go by themselves.
func TestParentKilled(t *testing.T) {
	roletest.NoLeaks(t)
	for i := range 20 * lawtest.Soak() {
		step, after := i%(steps+1), rand.N(3*time.Millisecond)
		if err := parentKilled(t, step, after); err != nil {
			t.Fatalf("killed %v after step %d of %d: %v", after, step, steps, err)
		}
	}
}

// parentKilled kills a breeder that has said so many steps, some time after, and sees
// the end of all.
func parentKilled(t *testing.T, step int, after time.Duration) error {
	h, said := overhear(t, breeder, role.Options{As: role.Process, Attr: &syscall.SysProcAttr{Setpgid: true}}, none{})
	defer said.Close()
	lines := bufio.NewScanner(said)
	for i := range step {
		if !lines.Scan() {
			h.Kill()
			within(t, h)
			return fmt.Errorf("the parent did not come to step %d: %w", i+1, cmp.Or(lines.Err(), io.EOF))
		}
	}
	time.Sleep(after)
	ctx, cancel := context.WithTimeout(t.Context(), watchdog)
	defer cancel()
	if err := roletest.Murder(ctx, h); err != nil {
		return err
	}
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		syscall.Kill(-h.Pid(), syscall.SIGKILL)
		return fmt.Errorf("a worker outlived its parent: %w", err)
	}
	return nil
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
