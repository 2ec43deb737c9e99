package role_test

import (
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// A program that has its children reaped by others gets an error, and no panic.
func TestReapedByAnother(t *testing.T) {
	roletest.NoLeaks(t)
	h := started(t, waits, role.Process, none{})
	signal.Ignore(syscall.SIGCHLD) // the kernel does
	defer func() {
		heard := make(chan os.Signal, 1)
		signal.Notify(heard, syscall.SIGCHLD) // Reset does not undo Ignore
		signal.Stop(heard)
	}()
	if err := h.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := within(t, h); err == nil || !strings.Contains(err.Error(), "another has waited for it") {
		t.Errorf("got %v, want an error that says so", err)
	}
	if used, err := h.CPU(); err == nil {
		t.Errorf("CPU time of it: %v, want an error", used)
	}
}
