//go:build unix

package lock

import (
	"os"

	"golang.org/x/sys/unix"

	"crossover/patterns"
	"crossover/patterns/role"
)

// flockVariant is flock(2) on a file: the lock of package managers and pid files.
//
// Guarantees mutual exclusion between all who open the file, shared or exclusive,
// and that the kernel frees it when its holder dies. Costs a system call each way;
// a waiter blocks its thread.
//
// It breaks in silence in three ways. The heir of a dead holder is not told, so
// what it guards must be fit to be found half done. A child that inherits the
// descriptor holds the lock too. And on network file systems it is something else,
// or nothing. A waiter cannot be woken but by the lock; readers that keep coming
// starve a writer.
//
// Source: flock(2).
func flockVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "flock",
			Summary:    "flock(2) on a file: shared or exclusive, freed by the kernel",
			File:       "flock_unix.go",
			Source:     "flock(2)",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Fairness: Barging,
		Shares:   true,
		Owned:    true,
		Orphan:   Freed,
		New:      func() (Lock, error) { return newFileLock("flock", flock) },
		Open:     func(w role.Wire) (Lock, error) { return openFileLock(w, flock) },
	}
}

func flock(f *os.File, m fileMode) error {
	how := [...]int{
		fileUnlock:    unix.LOCK_UN,
		fileShared:    unix.LOCK_SH,
		fileExclusive: unix.LOCK_EX,
		fileTry:       unix.LOCK_EX | unix.LOCK_NB,
	}[m]
	return uninterrupted(func() error { return unix.Flock(int(f.Fd()), how) })
}
