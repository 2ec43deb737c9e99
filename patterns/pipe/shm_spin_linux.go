package pipe

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// shmSpinVariant is a few cells and a ring of bytes each way in memory shared
// between processes. Who waits looks, and between looks lets goroutines and then
// threads run.
//
// Guarantees that a message crosses without a system call while both sides have a
// CPU, and that nothing half-written is read. Costs a CPU for each side that
// waits, for as long as it waits.
//
// It breaks with fewer CPUs than waiting sides: the yields then are all that
// moves. A process that is killed is not noticed here; the other side spins until
// Break.
//
// Source: Lamport, Specifying Concurrent Program Modules, TOPLAS 5(2), 1983;
// memfd_create(2).
func shmSpinVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "shm.spin",
			Summary: "cells and a ring of bytes in shared memory each way, spins",
			File:    "shm_spin_linux.go",
			Source:  "Lamport, Specifying Concurrent Program Modules, TOPLAS 5(2), 1983; memfd_create(2)",
			Tier:    patterns.Unsafe,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesCrash, Cancels: true, Crosses: true, Spins: true,
			},
		},
		Ahead: cellCount,
		New:   func() (a, b End, err error) { return newShm("shm.spin", false) },
		Open:  func(w role.Wire) (End, error) { return openShm(false, w) },
	}
}
