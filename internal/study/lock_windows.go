package study

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// lock keeps other writers off f until it is closed, by this process's death at the
// latest. What it locks is a byte far beyond the end: here nobody may read what another
// has locked, and a study is read while it is written.
func lock(f *os.File) error {
	beyond := &windows.Overlapped{OffsetHigh: 1 << 30}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, beyond)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return fmt.Errorf("%s: %w", f.Name(), ErrBusy)
	}
	return nil // a file system without locks is no reason to measure nothing
}
