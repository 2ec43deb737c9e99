//go:build unix

package barrier

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"crossover/patterns"
	"crossover/patterns/role"
)

// pipeCoordinator is a goroutine in the process that made the barrier. It counts
// arrivals, a byte each, off one pipe, and lets all go with one write to another:
// a byte for each party.
//
// Guarantees: a party process that dies breaks the barrier by itself, for each
// holds the only write end of a pipe on which its end of file is waited for; so
// does the death of the process that made the barrier.
// Costs: two system calls a party, and a switch to the coordinator's process and
// back. Two pipes release in turns: from a single one a fast party, come round
// again, would read the byte that was meant for a slow one.
// Breaks when: the coordinator's process is busy, for all wait until it gets to run.
//
// Source: CPython Lib/multiprocessing/managers.py, where a process keeps the
// Barrier for others; pipe(7).
type pipeCoordinator struct {
	parties []pipeParty
	arrive  *os.File    // write end
	release [2]*os.File // read ends, of even and odd phases
	broken  atomic.Bool

	home *pipeHome // nil in other processes
}

// pipeParty is what one party has of its own.
type pipeParty struct {
	phase int     // only the party looks at it, and
	word  [1]byte // at what it reads and writes; a local one would escape to the heap
	// life is the write end of a pipe that ends when the party does. Until the
	// party says from another process that it has it, it is held here.
	life *os.File
}

// pipeHome is the coordinator's side.
type pipeHome struct {
	arrivals *os.File
	lives    []*os.File
	running  sync.WaitGroup

	mu       sync.Mutex  // between a release and Break
	releases [2]*os.File // write ends
}

func pipeCoordinatorVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "pipe.coordinator",
			Summary:    "goroutine that counts arrivals and releases over pipes",
			File:       "pipe_coordinator_unix.go",
			Source:     "CPython multiprocessing/managers.py; pipe(7)",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Cancels: true, Crosses: true},
		},
		Notices: true,
		New:     newPipeCoordinator,
		Open:    openPipeCoordinator,
	}
}

func newPipeCoordinator(parties int) (_ Barrier, err error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	h := &pipeHome{lives: make([]*os.File, parties)}
	b := &pipeCoordinator{parties: make([]pipeParty, parties), home: h}
	pipe := func(r, w **os.File) {
		if err == nil {
			*r, *w, err = role.Pipe()
		}
	}
	pipe(&h.arrivals, &b.arrive)
	for i := range h.releases {
		pipe(&b.release[i], &h.releases[i])
	}
	for i := range h.lives {
		pipe(&h.lives[i], &b.parties[i].life)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making barrier: %w", err), b.Release())
	}
	h.running.Go(func() { b.coordinate() })
	for i := range h.lives {
		h.running.Go(func() { b.watch(i) })
	}
	return b, nil
}

// coordinate counts arrivals until the pipe is closed. Between two releases no
// more than one of each party can come.
func (b *pipeCoordinator) coordinate() {
	parties := len(b.parties)
	buffer := make([]byte, parties)
	for phase := 0; ; phase++ {
		for arrived := 0; arrived < parties; {
			n, err := b.home.arrivals.Read(buffer[arrived:])
			if err != nil {
				return
			}
			arrived += n
		}
		b.home.mu.Lock()
		b.home.releases[phase%2].Write(buffer) // fails if it is broken: then it is closed
		b.home.mu.Unlock()
	}
}

// watch waits until a party in another process has its end of the life pipe, and
// then until that is gone.
func (b *pipeCoordinator) watch(party int) {
	life := b.home.lives[party]
	here := make([]byte, 1)
	if _, err := life.Read(here); err != nil {
		return // released
	}
	b.parties[party].life.Close()
	if _, err := life.Read(here); !errors.Is(err, os.ErrClosed) {
		b.Break()
	}
}

func openPipeCoordinator(w role.Wire) (Barrier, error) {
	var s pipeSpec
	if err := json.Unmarshal(w.Spec, &s); err != nil {
		return nil, errors.Join(fmt.Errorf("opening pipe.coordinator: %w", err), role.CloseAll(w.Files...))
	}
	b := &pipeCoordinator{
		parties: make([]pipeParty, s.Parties),
		arrive:  w.Files[0],
		release: [2]*os.File{w.Files[1], w.Files[2]},
	}
	life := w.Files[3]
	b.parties[s.Party].life = life
	if _, err := life.Write([]byte{1}); err != nil {
		return nil, errors.Join(fmt.Errorf("opening pipe.coordinator: %w", err), b.Release())
	}
	return b, nil
}

type pipeSpec struct{ Party, Parties int }

// Export hands over a party's ends.
func (b *pipeCoordinator) Export(party int) (role.Wire, error) {
	spec, err := json.Marshal(pipeSpec{party, len(b.parties)})
	files := []*os.File{b.arrive, b.release[0], b.release[1], b.parties[party].life}
	return role.Wire{Impl: "pipe.coordinator", Spec: spec, Files: files}, err
}

func (b *pipeCoordinator) Wait(party int) error {
	if b.broken.Load() {
		return ErrBroken
	}
	p := &b.parties[party]
	if _, err := b.arrive.Write(p.word[:]); err != nil {
		return fmt.Errorf("arriving: %w: %w", err, ErrBroken)
	}
	// End of file: broken, or the coordinator's process is gone.
	if _, err := b.release[p.phase%2].Read(p.word[:]); err != nil {
		return ErrBroken
	}
	p.phase++
	return nil
}

// Break at the coordinator's closes what it releases through; what is written
// already is still read. Elsewhere it lets the coordinator believe that the
// party is gone.
func (b *pipeCoordinator) Break() {
	b.broken.Store(true)
	if b.home == nil {
		for _, p := range b.parties {
			role.CloseAll(p.life)
		}
		return
	}
	b.home.mu.Lock()
	defer b.home.mu.Unlock()
	role.CloseAll(b.home.releases[:]...)
}

func (b *pipeCoordinator) Release() error {
	err := role.CloseAll(b.arrive, b.release[0], b.release[1])
	if h := b.home; h != nil {
		err = errors.Join(err, role.CloseAll(h.arrivals, h.releases[0], h.releases[1]), role.CloseAll(h.lives...))
		h.running.Wait()
	}
	for _, p := range b.parties { // after the watchers, who close them too
		err = errors.Join(err, role.CloseAll(p.life))
	}
	return err
}
