package spin

import "testing"

// However many steps a turn has, so many are done.
func TestChain(t *testing.T) {
	x := uint64(7)
	for steps := range 100 {
		if got := Chain(steps, 7); got != x {
			t.Errorf("%d steps: %d, want %d", steps, got, x)
		}
		x = (x ^ 1) * factor
	}
}
