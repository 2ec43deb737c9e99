package pipe

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// shmFutexVariant is shm.spin with an end to its patience: who has looked in vain
// for some microseconds parks on a futex, and the other side wakes it.
//
// Guarantees that a message crosses without a system call while both sides keep
// up, no CPU while they do not, and that nothing half-written is read. Costs two
// loads a message beside shm.spin, and one system call to park and one to wake.
//
// It breaks where the answer always takes a little longer than the patience: each
// message then costs both. A process that is killed is not noticed here; the other
// side sleeps until Break. A parked goroutine holds a thread.
//
// Source: futex(2); H. Franke, R. Russell, M. Kirkwood, Fuss, Futexes and
// Furwocks, OLS 2002.
func shmFutexVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "shm.futex",
			Summary: "cells and a ring of bytes in shared memory each way, spins then parks on a futex",
			File:    "shm_futex_linux.go",
			Source:  "futex(2); Franke et al., Fuss, Futexes and Furwocks, OLS 2002",
			Tier:    patterns.Unsafe,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesCrash, Cancels: true, Crosses: true,
			},
		},
		Ahead: cellCount,
		New:   func() (a, b End, err error) { return newShm("shm.futex", true) },
		Open:  func(w role.Wire) (End, error) { return openShm(true, w) },
	}
}
