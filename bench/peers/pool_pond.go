package peers

import (
	"github.com/alitto/pond/v2"

	"crossover/patterns"
)

var pondInfo = patterns.Info{
	Name:    "pond",
	Summary: "pond.NewPool, Go",
	File:    "pool_pond.go",
	Source:  "github.com/alitto/pond/v2",
}

// pondPool submits by Go, which returns no future: the Map waits for itself.
type pondPool struct{ p pond.Pool }

func newPond(workers int) (submitter, error) { return pondPool{pond.NewPool(workers)}, nil }

func (p pondPool) submit(task func()) error { return p.p.Go(task) }
func (p pondPool) close()                   { p.p.StopAndWait() }
