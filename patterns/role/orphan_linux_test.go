package role_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

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

// breeder starts workers of every temper, says their pids, and waits.
var breeder = role.Register("test.breeder", role.Transport[none]{}, func(ctx context.Context, s *role.Seat, _ none, _ none) (int, error) {
	gate := role.NewGate(3)
	for _, r := range []*role.Role[none, none, int]{waits, stubborn, spins} {
		h, err := r.Start(context.Background(), gate, role.Options{As: role.Process, GOMAXPROCS: 1}, none{}, none{})
		if err != nil {
			return 0, err
		}
		fmt.Println("worker", h.Pid())
	}
	if err := gate.Open(ctx); err != nil {
		return 0, err
	}
	fmt.Println("all ready")
	select {}
})

// TestParentKilled kills a parent without warning: its workers, the one that
// ignores SIGTERM and the one that never yields included, must go by themselves.
func TestParentKilled(t *testing.T) {
	roletest.NoLeaks(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	stdout := os.Stdout
	os.Stdout = w // a worker inherits what this says
	h, err := breeder.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, none{})
	os.Stdout = stdout
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	r.SetReadDeadline(time.Now().Add(watchdog))
	var pids []int
	for lines := bufio.NewScanner(r); lines.Scan() && lines.Text() != "all ready"; {
		pid, err := strconv.Atoi(strings.TrimPrefix(lines.Text(), "worker "))
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	if len(pids) != 3 {
		t.Fatalf("the parent started workers %v, want 3", pids)
	}
	if err := h.Kill(); err != nil {
		t.Fatal(err)
	}
	within(t, h)
	for _, pid := range pids {
		for deadline := time.Now().Add(watchdog); running(pid); {
			if time.Now().After(deadline) {
				t.Errorf("worker %d outlived its parent", pid)
				syscall.Kill(pid, syscall.SIGKILL)
				break
			}
			time.Sleep(time.Millisecond)
		}
	}
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
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			stdout := os.Stdout
			os.Stdout = w
			h, err := testator.Start(t.Context(), nil, role.Options{As: role.Process}, none{}, c.will)
			os.Stdout = stdout
			w.Close()
			if err != nil {
				t.Fatal(err)
			}
			r.SetReadDeadline(time.Now().Add(watchdog))
			var pid int
			if _, err := fmt.Fscanf(r, "worker %d\n", &pid); err != nil {
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
