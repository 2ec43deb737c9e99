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

	mu       sync.Mutex // what follows is set while package variables are initialised
	byName   map[string]func(*worker)
	programs map[string]func()
}

func (r *roles) add(name string, run func(*worker)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byName == nil {
		r.byName = map[string]func(*worker){}
	}
	r.checkFree(name)
	r.byName[name] = run
}

func (r *roles) addProgram(name string, main func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.programs == nil {
		r.programs = map[string]func(){}
	}
	r.checkFree(name)
	r.programs[name] = main
}

func (r *roles) checkFree(name string) {
	if r.byName[name] != nil || r.programs[name] != nil {
		panic(fmt.Sprintf("role: the name %q is taken", name))
	}
}

func (r *roles) find(name string) func(*worker) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byName[name]
}

func (r *roles) findProgram(name string) func() {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.programs[name]
}
