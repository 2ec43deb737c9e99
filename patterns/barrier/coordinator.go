package barrier

import (
	"sync"

	"crossover/patterns"
)

// coordinatorVariant is a goroutine that counts arrivals off one channel and then
// lets each party go through a channel of its own.
//
// Guarantees that waiting costs no CPU and that only the coordinator decides
// whether a phase is complete or broken. Costs two channel operations a party and
// a switch to the coordinator and back.
//
// It breaks where it must not be forgotten: the goroutine lives until Release.
// One channel to let all parties go by was tempting and wrong: a fast party comes
// round again and takes what was meant for a slow one.
//
// Source: Hoare, Communicating Sequential Processes, CACM 21(8), 1978; the Go
// proverb "share memory by communicating".
func coordinatorVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "coordinator",
			Summary:    "goroutine that counts arrivals and releases over channels",
			File:       "coordinator.go",
			Source:     "Hoare, Communicating Sequential Processes, CACM 21(8), 1978",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true},
		},
		New: newCoordinator,
	}
}

type coordinator struct {
	arrivals chan struct{}   // room for one of each party: to arrive never blocks
	releases []chan struct{} // of each party, with room for one; closed when broken
	broken   chan struct{}

	breaking sync.Once
	running  sync.WaitGroup
}

func newCoordinator(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	b := &coordinator{
		arrivals: make(chan struct{}, parties),
		releases: make([]chan struct{}, parties),
		broken:   make(chan struct{}),
	}
	for i := range b.releases {
		b.releases[i] = make(chan struct{}, 1)
	}
	b.running.Go(b.run)
	return b, nil
}

func (b *coordinator) run() {
	for {
		for range b.releases {
			select {
			case <-b.arrivals:
			case <-b.broken:
				for _, r := range b.releases {
					close(r)
				}
				return
			}
		}
		for _, r := range b.releases {
			r <- struct{}{}
		}
	}
}

func (b *coordinator) Wait(party int) error {
	select {
	case <-b.broken: // nobody empties arrivals any more
		return ErrBroken
	default:
	}
	b.arrivals <- struct{}{}
	if _, ok := <-b.releases[party]; !ok {
		return ErrBroken
	}
	return nil
}

func (b *coordinator) Break() { b.breaking.Do(func() { close(b.broken) }) }

func (b *coordinator) Release() error {
	b.Break()
	b.running.Wait()
	return nil
}
