package peers

import (
	"time"

	"github.com/panjf2000/ants/v2"

	"crossover/patterns"
)

var antsInfo = patterns.Info{
	Name:    "ants",
	Summary: "ants.NewPool, Submit",
	File:    "pool_ants.go",
	Source:  "github.com/panjf2000/ants/v2",
}

type antsPool struct{ p *ants.Pool }

func newAnts(workers int) (submitter, error) {
	p, err := ants.NewPool(workers)
	return antsPool{p}, err
}

func (a antsPool) submit(task func()) error { return a.p.Submit(task) }

func (a antsPool) close() {
	// Release alone leaves the workers to end by themselves; a deadline is asked for.
	a.p.ReleaseTimeout(time.Minute)
}
