//go:build race

package barrier

import (
	"runtime"
	"unsafe"
)

// fence tells the race detector that all a party wrote before it arrived is seen
// by all that leave. It looks at Go's own memory only; atomics in shared memory
// order things as any others do, but it would report parties that are goroutines
// of one process. Phases take turns, so that a slow one learns nothing of the next.
type fence [2]uint64

func (f *fence) release(phase uint32) { runtime.RaceReleaseMerge(unsafe.Pointer(&f[phase%2])) }
func (f *fence) acquire(phase uint32) { runtime.RaceAcquire(unsafe.Pointer(&f[phase%2])) }
