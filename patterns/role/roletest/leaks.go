// Package roletest tells what a process holds, so that tests and laws can say
// that nothing was left over: no goroutine, descriptor, mapping, process or
// temporary file.
package roletest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// watchdog is how long leftovers may take to go before a test fails.
const watchdog = 30 * time.Second

// NoLeaks fails the test, at its end, if it leaves behind anything that was not
// there when NoLeaks was called. The test gets a temporary folder of its own.
// Tests that use it cannot run in parallel with others.
func NoLeaks(t testing.TB) {
	t.Helper()
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	before := Hold()
	t.Cleanup(func() {
		if t.Failed() {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), watchdog)
		defer cancel()
		if err := before.Restored(ctx); err != nil {
			t.Error(err)
		}
		files, err := os.ReadDir(temporary)
		if err != nil || len(files) > 0 {
			t.Errorf("temporary files left: %v %v", files, err)
		}
	})
}

// Holdings is what a process holds at a moment. Where there is no /proc only
// goroutines are known.
type Holdings struct {
	goroutines map[string]string // stack by id: a count would let one that goes hide one that stays
	files      map[string]int    // descriptors by kind
	mappings   int               // of shared memory
	children   []int
}

// Hold looks at what this process holds now.
func Hold() Holdings {
	return Holdings{goroutines(), files(), mappings(), Children()}
}

// Restored checks that no more is held than before. Goroutines are waited for
// until ctx ends, for they may need a moment to be gone after the last that can
// be seen of them. The others are not: the garbage collector would close
// descriptors in the end, and who relies on that has leaked them.
func (before Holdings) Restored(ctx context.Context) error {
	for kind, n := range files() {
		if n -= before.files[kind]; n > 0 {
			return fmt.Errorf("%d descriptors left: %s", n, kind)
		}
	}
	if n := mappings() - before.mappings; n > 0 {
		return fmt.Errorf("%d mappings of shared memory left", n)
	}
	if left := before.NewChildren(); len(left) > 0 {
		return fmt.Errorf("processes %v left", left)
	}
	for {
		left := before.NewGoroutines()
		if len(left) == 0 {
			return nil
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%d goroutines left:\n%s", len(left), strings.Join(left, "\n\n"))
		}
	}
}

// LeavesNothing checks that a use of something leaves nothing behind. It is used
// twice, for the first time warms up: the runtime's poller and the like come to stay.
func LeavesNothing(ctx context.Context, use func() error) error {
	var before Holdings
	for range 2 {
		before = Hold()
		if err := use(); err != nil {
			return err
		}
	}
	patience, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return before.Restored(patience)
}

// Gone checks that a process is dead and reaped. A pid of 0 is none.
func Gone(pid int) error {
	if pid == 0 {
		return nil
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return nil
	}
	defer p.Release()
	if err := p.Signal(syscall.Signal(0)); err == nil {
		return fmt.Errorf("process %d is still there", pid)
	}
	return nil
}

// NewChildren lists the processes started since and not reaped, zombies
// included.
func (before Holdings) NewChildren() []int {
	return slices.DeleteFunc(Children(), func(pid int) bool { return slices.Contains(before.children, pid) })
}

// NewGoroutines lists the stacks of the goroutines started since and not ended.
func (before Holdings) NewGoroutines() []string {
	since := goroutines()
	maps.DeleteFunc(since, func(id, _ string) bool { return before.goroutines[id] != "" })
	return slices.Collect(maps.Values(since))
}

// Children lists the processes that this one has started and not reaped; none
// where there is no /proc.
func Children() (pids []int) {
	threads, _ := filepath.Glob("/proc/self/task/*/children")
	for _, t := range threads {
		text, _ := os.ReadFile(t)
		for _, f := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(f); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// Stacks are the stacks of all goroutines.
func Stacks() string {
	buf := make([]byte, 1<<20)
	for {
		if n := runtime.Stack(buf, true); n < len(buf) {
			return string(buf[:n])
		}
		buf = make([]byte, 2*len(buf))
	}
}

// goroutines leaves out the runtime's own for signals, which comes to stay with the
// first that is caught, and that in which a context's deadline passes, which is gone in
// a moment: the one that ends a look for leftovers would be seen in it.
func goroutines() map[string]string {
	all := map[string]string{}
	for stack := range strings.SplitSeq(Stacks(), "\n\n") {
		if strings.Contains(stack, "\nos/signal.loop()") || strings.Contains(stack, "\ncontext.WithDeadlineCause.func") {
			continue
		}
		if id, rest, ok := strings.Cut(stack, " ["); ok {
			all[id] = id + " [" + rest
		}
	}
	return all
}

// countOfCPUs is open for a moment when the C library, which -race links, sets up a
// thread's allocator (go.dev/issue/25628).
const countOfCPUs = "/sys/devices/system/cpu/online"

// files counts descriptors by what they refer to, without the number: pipe, and
// not pipe:[123]. The poller's own come to stay with its first use.
func files() map[string]int {
	kinds := map[string]int{}
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, l := range links {
		to, err := os.Readlink(l)
		if err != nil || strings.HasPrefix(to, "anon_inode:[event") || to == countOfCPUs {
			continue
		}
		kind, _, _ := strings.Cut(to, ":[")
		kinds[kind]++
	}
	return kinds
}

func mappings() int {
	text, _ := os.ReadFile("/proc/self/maps")
	return strings.Count(string(text), "/memfd:")
}
