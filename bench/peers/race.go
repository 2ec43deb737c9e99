//go:build race

package peers

import (
	"runtime"
	"unsafe"
)

// raceRelease and raceAcquire tell the race detector of an order that assembly
// keeps and it cannot see.
func raceRelease(p unsafe.Pointer) { runtime.RaceReleaseMerge(p) }
func raceAcquire(p unsafe.Pointer) { runtime.RaceAcquire(p) }
