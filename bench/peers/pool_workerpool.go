package peers

import (
	"github.com/gammazero/workerpool"

	"crossover/patterns"
)

var workerpoolInfo = patterns.Info{
	Name:    "workerpool",
	Summary: "workerpool.New, Submit: the waiting tasks are unbounded",
	File:    "pool_workerpool.go",
	Source:  "github.com/gammazero/workerpool",
}

type gammazero struct{ p *workerpool.WorkerPool }

func newWorkerpool(workers int) (submitter, error) { return gammazero{workerpool.New(workers)}, nil }

func (g gammazero) submit(task func()) error { g.p.Submit(task); return nil }
func (g gammazero) close()                   { g.p.StopWait() }
