//go:build race

package role

import (
	"runtime"
	"unsafe"
)

// Fence tells the race detector of an order that it cannot see: one kept by the
// kernel, by atomics in shared memory, which is none of the heap, or in assembly.
// It would report a race where there is none.
type Fence struct{ address uint64 }

// Release says that what the caller has done so far comes before every later
// Acquire.
func (f *Fence) Release() { runtime.RaceReleaseMerge(unsafe.Pointer(&f.address)) }

// Acquire says that what the caller does from now on comes after every Release.
func (f *Fence) Acquire() { runtime.RaceAcquire(unsafe.Pointer(&f.address)) }
