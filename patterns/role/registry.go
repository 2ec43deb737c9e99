package role

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// registry is the one piece of global state: the names by which a worker
// process finds the role it was started for.
var registry roles

type roles struct {
	mainCalled atomic.Bool // this program can be started again as a worker

	mu     sync.Mutex
	byName map[string]func(*worker) // set while package variables are initialised
}

func (r *roles) add(name string, run func(*worker)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byName == nil {
		r.byName = map[string]func(*worker){}
	}
	if r.byName[name] != nil {
		panic(fmt.Sprintf("role: the name %q is taken", name))
	}
	r.byName[name] = run
}

func (r *roles) find(name string) func(*worker) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byName[name]
}
