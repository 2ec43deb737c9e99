package role_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"crossover/patterns/role"
)

// recruits starts a worker process from its own thread, and returns what that says.
var recruits = role.Register("test.recruits", role.Transport[none]{}, func(ctx context.Context, _ *role.Seat, _ none, _ none) ([]string, error) {
	h, err := parties.Start(ctx, nil, role.Options{As: role.Process}, none{}, none{})
	if err != nil {
		return nil, err
	}
	report, err := h.Join()
	return report.Out, err
})

// A worker process that a pinned thread starts is not pinned as well, whichever thread
// that is: several at once, for one of them to be on the process's first if it may.
func TestPinnedThreadStartsProcess(t *testing.T) {
	onlyProcess(t)
	want := fmt.Sprint("NumCPU=", runtime.NumCPU())
	for range 5 {
		var handles []*role.Handle[[]string]
		for range 4 {
			h, err := recruits.Start(t.Context(), nil, role.Options{As: role.Thread, CPUs: []int{usableCPU(t)}}, none{}, none{})
			if err != nil {
				t.Fatal(err)
			}
			handles = append(handles, h)
		}
		for _, h := range handles {
			if report, err := within(t, h); err != nil || !slices.Contains(report.Out, want) {
				t.Errorf("got %q, %v; want %s", report.Out, err, want)
			}
		}
	}
}

// Nor is one that is started while others are, that are.
func TestPinnedProcessBesideOthers(t *testing.T) {
	onlyProcess(t)
	pinned := []int{usableCPU(t)}
	want := map[bool]string{true: "NumCPU=1", false: fmt.Sprint("NumCPU=", runtime.NumCPU())}
	var starting sync.WaitGroup
	for i := range 4 {
		starting.Go(func() {
			o := role.Options{As: role.Process}
			if i > 0 {
				o.CPUs = pinned
			}
			for range 10 {
				h, err := parties.Start(t.Context(), nil, o, none{}, none{})
				if err != nil {
					t.Error(err)
					return
				}
				if report, err := h.Join(); err != nil || !slices.Contains(report.Out, want[i > 0]) {
					t.Errorf("got %q, %v; want %s", report.Out, err, want[i > 0])
				}
			}
		})
	}
	starting.Wait()
}
