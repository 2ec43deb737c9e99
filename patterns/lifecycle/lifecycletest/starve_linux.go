package lifecycletest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var starvedLaw = Law{
	Name: "start-all-or-nothing",
	Doc:  "A worker that cannot be started for want of descriptors, whichever is the first that is missing, leaves nothing behind.",
	Excuse: func(v Variant) string {
		if v.As != role.Process {
			return "needs no descriptors"
		}
		return ""
	},
	Check: func(ctx context.Context, v Variant) error {
		if err := v.with(ctx, (*trial).goesOn); err != nil { // what comes to stay comes now
			return err
		}
		before := roletest.Hold()
		for room := 0; ; room++ {
			var starved error
			err := v.with(ctx, func(t *trial) (err error) {
				if starved, err = t.starve(room); starved == nil && err == nil {
					err = t.stops(t.workers[0])
				}
				return err
			})
			if err != nil || starved == nil {
				return err
			}
			if err := before.Restored(ctx); err != nil {
				return fmt.Errorf("with room for %d descriptors Start said: %w; and %w", room, starved, err)
			}
		}
	},
}

// starve starts a worker where there is room for so many descriptors, and returns what
// Start said.
func (t *trial) starve(room int) (starved, err error) {
	end, err := famine(room)
	if err != nil {
		return nil, err
	}
	_, starved = t.start(obeys)
	return starved, end()
}

// famine leaves this process room for so many descriptors, those with the least numbers,
// until it is ended.
func famine(room int) (end func() error, err error) {
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &usual); err != nil {
		return nil, fmt.Errorf("asking for the limit of descriptors: %w", err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 128, Max: usual.Max}); err != nil {
		return nil, fmt.Errorf("lowering the limit of descriptors: %w", err)
	}
	var taken []int
	end = func() error {
		for _, fd := range taken {
			syscall.Close(fd)
		}
		return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &usual)
	}
	for {
		fd, err := syscall.Open(os.DevNull, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if errors.Is(err, syscall.EMFILE) {
			break
		}
		if err != nil {
			return nil, errors.Join(err, end())
		}
		taken = append(taken, fd)
	}
	if room > len(taken) {
		return nil, errors.Join(fmt.Errorf("%d descriptors are not enough to start a worker", len(taken)), end())
	}
	for _, fd := range taken[:room] {
		syscall.Close(fd)
	}
	taken = taken[room:]
	return end, nil
}
