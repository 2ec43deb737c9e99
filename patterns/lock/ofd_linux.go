package lock

import (
	"os"

	"golang.org/x/sys/unix"

	"crossover/patterns"
	"crossover/patterns/role"
)

// ofdVariant is a record lock of fcntl(2) that belongs to the open file
// description.
//
// Guarantees what flock does, of a range of bytes: many locks fit into one file.
// Costs a system call each way; a waiter blocks its thread.
//
// It breaks as flock does: the heir of a dead holder is not told. The older
// F_SETLKW was tempting and is wrong: that lock belongs to the process, so it does
// not keep goroutines apart, and any close of the file by anybody in the process
// drops it.
//
// Source: fcntl(2), Open file description locks; lwn.net/Articles/586904.
func ofdVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "ofd",
			Summary:    "fcntl(2) lock of an open file description: shared or exclusive, freed by the kernel",
			File:       "ofd_linux.go",
			Source:     "fcntl(2), Open file description locks",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Fairness: Barging,
		Shares:   true,
		Owned:    true,
		Orphan:   Freed,
		New:      func() (Lock, error) { return newFileLock("ofd", ofd) },
		Open:     func(w role.Wire) (Lock, error) { return openFileLock(w, ofd) },
	}
}

func ofd(f *os.File, m fileMode) error {
	l := unix.Flock_t{Len: 1, Type: unix.F_WRLCK}
	command := unix.F_OFD_SETLKW
	switch m {
	case fileUnlock:
		l.Type = unix.F_UNLCK
	case fileShared:
		l.Type = unix.F_RDLCK
	case fileTry:
		command = unix.F_OFD_SETLK
	}
	return uninterrupted(func() error { return unix.FcntlFlock(f.Fd(), command, &l) })
}
