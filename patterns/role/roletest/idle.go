package roletest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crossover/patterns/role"
)

// Idles checks that a process in which everybody waits leaves the CPU to others. Where
// its processor time cannot be read, on other systems than Linux, it finds nothing.
//
// A busy machine takes CPU from who spins and gives none to who sleeps, so it cannot
// make this fail. A garbage collection or the end of what went before can: then a
// longer look is taken.
func Idles(ctx context.Context, pid int) error {
	const most = 0.02 // of a CPU; who spins and naps in turn uses a tenth
	var share float64
	for look := 20 * time.Millisecond; look < 700*time.Millisecond && ctx.Err() == nil; look *= 2 {
		before, err := role.ProcessCPU(pid)
		if errors.Is(err, errors.ErrUnsupported) {
			return nil
		}
		if err != nil {
			return err
		}
		time.Sleep(look)
		after, err := role.ProcessCPU(pid)
		if err != nil {
			return err
		}
		share = float64(after-before) / float64(look)
		if share < most {
			return nil
		}
	}
	return fmt.Errorf("who waited used %.0f %% of a CPU", 100*share)
}
