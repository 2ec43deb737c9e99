// Package parallel works on parts of a list at once.
package parallel

import (
	"runtime"
	"slices"
	"sync"
)

// Parts calls do on parts of all items, as many as GOMAXPROCS, side by side, and returns
// when all are done. Parts do not overlap: do may change its own.
func Parts[T any](items []T, do func(part []T)) {
	procs := runtime.GOMAXPROCS(0)
	var parts sync.WaitGroup
	for part := range slices.Chunk(items, max(1, (len(items)+procs-1)/procs)) {
		parts.Go(func() { do(part) })
	}
	parts.Wait()
}
