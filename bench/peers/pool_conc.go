package peers

import (
	"github.com/sourcegraph/conc/pool"

	"crossover/patterns"
)

var concInfo = patterns.Info{
	Name:    "conc",
	Summary: "conc pool.New().WithMaxGoroutines, Go",
	File:    "pool_conc.go",
	Source:  "github.com/sourcegraph/conc",
}

// concPool keeps one pool for all Maps. conc's own way is a pool for one batch, whose
// workers end with Wait; kept, they are reused, which is the cheaper way.
type concPool struct{ p *pool.Pool }

func newConc(workers int) (submitter, error) {
	return concPool{pool.New().WithMaxGoroutines(workers)}, nil
}

func (c concPool) submit(task func()) error { c.p.Go(task); return nil }
func (c concPool) close()                   { c.p.Wait() }
