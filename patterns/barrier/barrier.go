package barrier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// ErrBroken is what a party gets whose phase will never be complete. It is final:
// who wants to go on makes a new barrier.
var ErrBroken = errors.New("barrier is broken: a party will not come")

// Barrier is met by a fixed number of parties, over and over.
//
// A phase ends in one way for all: either every party has arrived and Wait
// returns nil to each of them, or the barrier was broken before and Wait returns
// ErrBroken to each. So a party may break the barrier as it leaves, whatever for
// (defer Break), and nobody is told of a failure who did not need it any more.
type Barrier interface {
	// Wait arrives as the given party, counted from 0, and waits for all others. A
	// party is in one place at a time.
	Wait(party int) error
	// Break gives the barrier up for all parties, those in other processes
	// included: whoever waits, or comes later, gets ErrBroken. It may be called at
	// any time, by anyone, repeatedly.
	Break()
	// Release returns goroutines, descriptors and mappings. Call it last and once,
	// when no other call is under way.
	Release() error
}

// Party is one party's place at a barrier. It is what a role is given, here or in
// another process.
type Party struct {
	at Barrier
	id int
}

// At is the place of a party, counted from 0.
func At(b Barrier, party int) Party { return Party{b, party} }

// ID is which party it is.
func (p Party) ID() int { return p.id }

// Wait arrives and waits for the others.
func (p Party) Wait() error { return p.at.Wait(p.id) }

// WaitFor is Wait with a limit. A party that has waited so long breaks the
// barrier for all, as in Python: the others would otherwise wait for one that
// has given up. If the last party arrives as the limit passes, this phase may be
// complete and the next one broken.
func (p Party) WaitFor(limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	defer p.BreakOn(ctx)()
	return p.Wait()
}

// Break gives the barrier up for all parties.
func (p Party) Break() { p.at.Break() }

// BreakOn breaks the barrier when ctx ends, until it is stopped. It is for a
// party that must not outwait its own context. Once stop has returned nothing of
// it is under way on the barrier.
func (p Party) BreakOn(ctx context.Context) (stop func()) {
	return role.OnEnd(ctx, p.Break)
}

// Variant is one row of the table.
type Variant struct {
	patterns.Info

	// Notices says that a party process which dies breaks the barrier by itself.
	// Where it does not, whoever holds the role.Handle learns of the death and has
	// to call Break.
	Notices bool

	// New makes a barrier for so many parties, one at least.
	New func(parties int) (Barrier, error)

	// Open attaches to a barrier that another process exported; nil where the
	// mechanism cannot leave its process.
	Open func(role.Wire) (Barrier, error)
}

// Exporter is a barrier that a party in another process can be at.
type Exporter interface {
	Export(party int) (role.Wire, error)
}

// Transport is how a party gets across a process boundary.
func Transport() role.Transport[Party] { return role.Transport[Party]{Export: export, Open: open} }

// ticket is the spec of a party on its way into another process.
type ticket struct {
	Party int
	Spec  json.RawMessage // the variant's own
}

func export(p Party) (role.Wire, error) {
	e, ok := p.at.(Exporter)
	if !ok {
		return role.Wire{}, fmt.Errorf("barrier %T cannot leave its process: %w", p.at, errors.ErrUnsupported)
	}
	w, err := e.Export(p.id)
	if err != nil {
		return w, err
	}
	w.Spec, err = json.Marshal(ticket{p.id, w.Spec})
	return w, err
}

func open(w role.Wire) (Party, error) {
	var t ticket
	if err := json.Unmarshal(w.Spec, &t); err != nil {
		return Party{}, fmt.Errorf("opening barrier: %w", err)
	}
	w.Spec = t.Spec
	for _, v := range Variants() {
		if v.Name == w.Impl && v.Open != nil {
			b, err := v.Open(w)
			return Party{b, t.Party}, err
		}
	}
	return Party{}, fmt.Errorf("barrier variant %q cannot be opened from another process", w.Impl)
}

// checkParties refuses a barrier that nobody could meet at.
func checkParties(parties int) error {
	if parties < 1 {
		return fmt.Errorf("a barrier for %d parties", parties)
	}
	return nil
}
