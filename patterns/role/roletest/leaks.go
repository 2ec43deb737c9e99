// Package roletest checks that nothing is left over: no goroutine, descriptor,
// mapping, temporary file or process.
package roletest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience is how long leftovers may take to go. It is a watchdog, not a
// measurement: a clean test never waits that long.
const patience = 20 * time.Second

// NoLeaks fails the test, at its end, if it leaves behind anything that was not
// there when NoLeaks was called. Descriptors, processes and temporary files are
// looked up in /proc, so on Linux only; goroutines everywhere. Tests that use it
// must not run in parallel with others.
func NoLeaks(t testing.TB) {
	t.Helper()
	before := Holdings()
	t.Cleanup(func() {
		if t.Failed() {
			return
		}
		if err := before.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// Held is what a process holds at a moment, by kind and count.
type Held struct {
	goroutines int
	files      map[string]int // what each descriptor refers to
	mappings   map[string]int // shared memory
	children   map[string]int
	temporary  map[string]int
}

// Holdings looks at what this process holds now.
func Holdings() Held {
	h := Held{
		goroutines: runtime.NumGoroutine(),
		files:      map[string]int{},
		mappings:   map[string]int{},
		children:   map[string]int{},
		temporary:  map[string]int{},
	}
	if entries, err := os.ReadDir(os.TempDir()); err == nil {
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), "crossover") {
				h.temporary[e.Name()]++
			}
		}
	}
	if runtime.GOOS != "linux" {
		return h
	}
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, l := range links {
		// What one test shares with the next is not a leak: the poller's own.
		if to, err := os.Readlink(l); err == nil && !strings.HasPrefix(to, "anon_inode:[event") {
			h.files[kind(to)]++
		}
	}
	if maps, err := os.ReadFile("/proc/self/maps"); err == nil {
		for line := range strings.Lines(string(maps)) {
			if f := strings.Fields(line); len(f) > 5 && strings.Contains(f[5], "memfd") {
				h.mappings[f[5]]++
			}
		}
	}
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	for _, c := range tasks {
		pids, _ := os.ReadFile(c)
		for _, pid := range strings.Fields(string(pids)) {
			h.children["process "+pid]++
		}
	}
	return h
}

// kind drops the number from pipe:[123]: a descriptor closed and another opened
// instead must still balance by kind.
func kind(link string) string {
	k, _, _ := strings.Cut(link, ":[")
	return k
}

// Wait waits until this process holds no more than h, or says what is left.
func (h Held) Wait() error {
	deadline := time.Now().Add(patience)
	for {
		left := h.exceededBy(Holdings())
		if left == "" {
			return nil
		}
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			stacks = stacks[:runtime.Stack(stacks, true)]
			return fmt.Errorf("left behind: %s\n%s", left, stacks)
		}
		time.Sleep(time.Millisecond)
	}
}

func (h Held) exceededBy(now Held) string {
	var left []string
	if n := now.goroutines - h.goroutines; n > 0 {
		left = append(left, fmt.Sprintf("%d goroutines", n))
	}
	for _, k := range []struct {
		was, is map[string]int
	}{{h.files, now.files}, {h.mappings, now.mappings}, {h.children, now.children}, {h.temporary, now.temporary}} {
		for name, n := range k.is {
			if more := n - k.was[name]; more > 0 {
				left = append(left, fmt.Sprintf("%d × %s", more, name))
			}
		}
	}
	return strings.Join(left, ", ")
}
