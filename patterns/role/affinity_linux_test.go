package role_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
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

// A worker process that a pinned thread starts is not pinned as well.
func TestPinnedThreadStartsProcess(t *testing.T) {
	onlyProcess(t)
	h, err := recruits.Start(t.Context(), nil, role.Options{As: role.Thread, CPUs: []int{usableCPU(t)}}, none{}, none{})
	if err != nil {
		t.Fatal(err)
	}
	report, err := within(t, h)
	if want := fmt.Sprint("NumCPU=", runtime.NumCPU()); err != nil || !slices.Contains(report.Out, want) {
		t.Errorf("got %q, %v; want %s", report.Out, err, want)
	}
}
