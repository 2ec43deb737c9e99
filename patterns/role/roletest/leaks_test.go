package roletest

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Each kind of leftover has to be seen.
func TestLeftoversAreSeen(t *testing.T) {
	soon := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	before := Hold()
	if err := before.Restored(soon()); err != nil {
		t.Fatalf("nothing left, and yet: %v", err)
	}

	stop := make(chan struct{})
	go func() { <-stop }()
	if err := before.Restored(soon()); err == nil || !strings.Contains(err.Error(), "1 goroutines left") {
		t.Errorf("a goroutine: got %v", err)
	}
	close(stop)

	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("descriptors are only seen where there is /proc")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := before.Restored(soon()); err == nil || !strings.Contains(err.Error(), "2 descriptors left: pipe") {
		t.Errorf("a pipe: got %v", err)
	}
	r.Close()
	w.Close()
	if f, err := os.Open(countOfCPUs); err == nil {
		defer f.Close()
	}
	if err := before.Restored(t.Context()); err != nil {
		t.Errorf("all given back, and yet: %v", err)
	}
}

func TestLeavesNothing(t *testing.T) {
	uses := 0
	if err := LeavesNothing(t.Context(), func() error { uses++; return nil }); err != nil || uses != 2 {
		t.Errorf("used %d times: %v", uses, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	stop := make(chan struct{})
	err := LeavesNothing(ctx, func() error { go func() { <-stop }(); return nil })
	if err == nil || !strings.Contains(err.Error(), "1 goroutines left") {
		t.Errorf("a goroutine with each use: got %v", err)
	}
	close(stop)
	failed := errors.New("no use")
	if err := LeavesNothing(t.Context(), func() error { return failed }); err != failed {
		t.Errorf("a use that fails: got %v", err)
	}
}

func TestGone(t *testing.T) {
	if err := Gone(0); err != nil {
		t.Errorf("nobody: %v", err)
	}
	if err := Gone(os.Getpid()); err == nil && runtime.GOOS != "windows" {
		t.Error("this process is said to be gone")
	}
}
