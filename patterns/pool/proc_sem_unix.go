//go:build unix

package pool

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// procSemVariant is procPool behind a semaphore: a process for every task, but
// never more than Workers at once.
//
// Guarantees and costs: those of procPool, without its need for room. It is
// Python's Pool(n, maxtasksperchild=1). Breaks when: tasks are shorter than the
// start of a process; a task waits for a later one of the same Map.
func procSemVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "proc.sem",
			Summary:    "a process per task behind a semaphore",
			File:       "proc_sem_unix.go",
			Source:     "os/exec; Python Pool(n, maxtasksperchild=1)",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Bounded:    true,
		Executions: []role.As{role.Process},
		New: func(f *Func[In, Out], o Options) (Pool[In, Out], error) {
			if err := o.check(role.Process); err != nil {
				return nil, err
			}
			return &procPool[In, Out]{f: f, o: o, slots: make(chan struct{}, o.Workers)}, nil
		},
	}
}
