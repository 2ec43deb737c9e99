package peers

import (
	"sync"

	"github.com/bytedance/gopkg/util/gopool"

	"crossover/patterns"
)

var gopoolInfo = patterns.Info{
	Name:    "gopool",
	Summary: "bytedance gopool.NewPool, Go: the waiting tasks are unbounded",
	File:    "pool_gopool.go",
	Source:  "github.com/bytedance/gopkg/util/gopool",
}

// bytedance counts its tasks, since gopool has no way to close a pool: workers end
// when they find no task.
type bytedance struct {
	p    gopool.Pool
	left sync.WaitGroup
}

func newGopool(workers int) (submitter, error) {
	return &bytedance{p: gopool.NewPool("crossover", int32(workers), gopool.NewConfig())}, nil
}

func (b *bytedance) submit(task func()) error {
	b.left.Add(1)
	b.p.Go(func() {
		defer b.left.Done()
		task()
	})
	return nil
}

func (b *bytedance) close() { b.left.Wait() }
