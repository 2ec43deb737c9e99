// Package parallel works on the items of a list at once, on all CPUs.
package parallel

import (
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
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

// Map returns what f makes of each item, in their order. As many calls as GOMAXPROCS are
// under way at once, begun in that order: they may take unlike times. All are made, even
// if one fails; the error is that of the first to do so.
func Map[A, B any](items []A, f func(*A) (B, error)) ([]B, error) {
	made := make([]B, len(items))
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for i := range items {
		all.Go(func() (err error) {
			made[i], err = f(&items[i])
			return err
		})
	}
	return made, all.Wait()
}
