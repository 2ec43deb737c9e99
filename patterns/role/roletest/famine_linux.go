package roletest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Starved tries what needs descriptors where there is room for none of them, for one,
// and so on, until it has all it needs. try says what was wanting, once it has given
// back what it got; nothing may be left then.
func Starved(ctx context.Context, try func(room int) (wanting, err error)) error {
	before := Hold()
	for room := 0; ; room++ {
		wanting, err := try(room)
		if err != nil || wanting == nil {
			return err
		}
		if err := before.Restored(ctx); err != nil {
			return fmt.Errorf("with room for %d descriptors it said: %w; and %w", room, wanting, err)
		}
	}
}

// Famine calls start while this process has room for so many descriptors, those with the
// least numbers, and returns what it said.
func Famine(room int, start func() error) (wanting, err error) {
	end, err := famine(room)
	if err != nil {
		return nil, err
	}
	wanting = start()
	return wanting, end()
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
		return nil, errors.Join(fmt.Errorf("%d descriptors are not enough", len(taken)), end())
	}
	for _, fd := range taken[:room] {
		syscall.Close(fd)
	}
	taken = taken[room:]
	return end, nil
}
