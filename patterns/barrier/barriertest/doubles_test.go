package barriertest_test

import (
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"crossover/patterns/barrier"
	"crossover/patterns/barrier/barriertest"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

type aBarrier = barrier.Barrier

// double is a variant that breaks one law on purpose.
type double struct {
	law  string
	name string // what is wrong with it
	barrier.Variant
	as   role.As
	want string // is in the error
}

var doubles = []double{
	{"parties-checked", "makes one for nobody", lenient(), role.Goroutine, "for -1 parties was made"},
	{"barriers-separate", "same barrier each time", shared(), role.Goroutine, "the other barrier"},
	{"none-early", "waits for nobody", changed("cond", func(b aBarrier) aBarrier { return open{b} }), role.Goroutine, "had not arrived"},
	{"none-early", "waits for one too few of more than eight", miscounting(8), role.Goroutine, "had not arrived"},
	{"none-early", "waits for one too few of more than 64", miscounting(64), role.Goroutine, "had not arrived"},
	{"one-apart", "waits for nobody", changed("cond", func(b aBarrier) aBarrier { return open{b} }), role.Thread, "two phases ahead"},
	{"none-behind", "forgets party 1 in its 7th phase", changed("cond", forgetting(7, false)), role.Goroutine, "hang"},
	{"reused", "is worn out after 65535 phases", changed("cond", forgetting(1<<16, true)), role.Goroutine, "passed 65535 phases"},
	{"reused", "passes party 0 early in each 333rd phase", changed("cond", func(b aBarrier) aBarrier { return &hurries{aBarrier: b} }), role.Goroutine, "had not arrived"},
	{"writes-visible", "forgets party 1 in its 7th phase", changed("cond", forgetting(7, false)), role.Goroutine, "hang: p"},
	{"waits-idle", "spins and does not say so", furtive("sense.spin"), role.Goroutine, "somebody was running"},
	{"timeout-breaks", "deaf to Break", changed("cond", func(b aBarrier) aBarrier { return deaf{b} }), role.Goroutine, "hang"},
	{"break-wakes", "deaf to Break", changed("cond", func(b aBarrier) aBarrier { return deaf{b} }), role.Thread, "hang"},
	{"break-wakes", "wakes 16 and no more", changed("cond", waking(16)), role.Goroutine, "hang: 65 parties, one of which does not come: joining party"},
	{"break-wakes", "breaks without the lock", missing(), role.Goroutine, "hang: round"},
	{"break-wakes", "wakes one with each Break", changed("cond", waking(1)), role.Goroutine, "hang"},
	{"leaving-breaks", "deaf to Break", changed("cond", func(b aBarrier) aBarrier { return deaf{b} }), role.Goroutine, "hang"},
	{"leaving-breaks", "fails parties that had passed", changed("cond", func(b aBarrier) aBarrier { return &retracts{aBarrier: b} }), role.Goroutine, "want 4"},
	{"panic-reaches", "deaf to Break", changed("cond", func(b aBarrier) aBarrier { return deaf{b} }), role.Goroutine, "hang: joining party 0"},
	{"broken-is-final", "waits after Break", changed("cond", func(b aBarrier) aBarrier { return dwells{b} }), role.Goroutine, "hang: 1 parties: Wait after Break"},
	{"broken-is-final", "never stops a single party", hasty(), role.Goroutine, "1 parties: after Break, Wait said"},
	{"broken-is-final", "passes after Break", changed("cond", func(b aBarrier) aBarrier { return mended{b} }), role.Goroutine, "after Break, Wait said"},
	{"all-or-none", "passes party 0 as it breaks", changed("cond", func(b aBarrier) aBarrier { return &favours{aBarrier: b} }), role.Goroutine, "party 1 passed"},
	{"all-or-none", "looks and then breaks", overwriting(true), role.Goroutine, "parties came"},
	{"all-or-none", "passes what was broken meanwhile", overwriting(false), role.Goroutine, "after Break, Wait said"},
	{"break-repeats", "panics on the second Break", changed("cond", func(b aBarrier) aBarrier { return closes{b, make(chan struct{})} }), role.Goroutine, "close of closed channel"},
	{"nothing-left", "leaves a goroutine", changed("cond", leaks), role.Goroutine, "goroutines left"},
}

func TestDoubles(t *testing.T) {
	all := append(doubles, crossingDoubles()...)
	if !raced {
		all = append(all, double{"writes-visible", "waits for nobody", changed("cond", func(b aBarrier) aBarrier { return open{b} }), role.Goroutine, "reads"})
	}
	var tested []lawtest.Double[barriertest.Subject]
	for _, d := range all {
		tested = append(tested, lawtest.Double[barriertest.Subject]{Law: d.law, Name: d.name, Subject: barriertest.Subject{Variant: d.Variant, As: d.as}, Want: d.want})
	}
	var untried []string
	if !slices.ContainsFunc(barrier.Variants(), func(v barrier.Variant) bool { return v.Name == "shm.futex" }) {
		untried = []string{"kill-survived", "death-noticed"}
	}
	lawtest.Doubles(t, barriertest.Laws(), tested, untried...)
}

// crossingDoubles are those made from variants that this platform may lack. Their
// parties in other processes are genuine.
func crossingDoubles() (all []double) {
	for _, v := range barrier.Variants() {
		switch v.Name {
		case "pipe.coordinator":
			all = append(all, double{"nothing-left", "leaves its descriptors", unreleased(v), role.Goroutine, "descriptors left"})
		case "shm.futex":
			says := v
			says.Notices = true
			all = append(all,
				double{"nothing-left", "leaves its mapping", unreleased(v), role.Goroutine, "left"},
				double{"kill-survived", "deaf to Break", changed(v.Name, func(b aBarrier) aBarrier { return deaf{b} }), role.Process, "hang"},
				double{"death-noticed", "says that it notices", says, role.Process, "hang"})
		}
	}
	return all
}

func genuine(name string) barrier.Variant {
	for _, v := range barrier.Variants() {
		if v.Name == name {
			return v
		}
	}
	panic("no variant " + name)
}

// changed is a genuine variant with something between it and its user.
func changed(name string, change func(aBarrier) aBarrier) barrier.Variant {
	v := genuine(name)
	make := v.New
	v.New = func(parties int) (aBarrier, error) {
		b, err := make(parties)
		if err != nil {
			return nil, err
		}
		return change(b), nil
	}
	return v
}

func lenient() barrier.Variant {
	v := genuine("cond")
	make := v.New
	v.New = func(parties int) (aBarrier, error) { return make(max(1, parties)) }
	return v
}

// furtive is a variant that spins and does not say so.
func furtive(name string) barrier.Variant {
	v := genuine(name)
	v.Spins = false
	return v
}

// miscounting makes a barrier for one party less if it is for more than most.
func miscounting(most int) barrier.Variant {
	v := genuine("cond")
	make := v.New
	v.New = func(parties int) (aBarrier, error) {
		if parties > most {
			parties--
		}
		return make(parties)
	}
	return v
}

// hasty makes nothing of a barrier for one.
func hasty() barrier.Variant {
	v := genuine("cond")
	make := v.New
	v.New = func(parties int) (aBarrier, error) {
		b, err := make(parties)
		if parties == 1 && err == nil {
			return open{b}, nil
		}
		return b, err
	}
	return v
}

func shared() barrier.Variant {
	v := genuine("cond")
	b, err := v.New(1)
	v.New = func(int) (aBarrier, error) { return b, err }
	return v
}

func unreleased(v barrier.Variant) barrier.Variant {
	var forgotten []aBarrier // or the garbage collector would release it after all
	return changed(v.Name, func(b aBarrier) aBarrier {
		forgotten = append(forgotten, b)
		return keeps{b}
	})
}

// open holds nobody back.
type open struct{ aBarrier }

func (open) Wait(int) error { return nil }

// forgetting has party 1 wait in vain in a phase, or breaks the barrier there.
func forgetting(phase int, breaks bool) func(aBarrier) aBarrier {
	return func(b aBarrier) aBarrier {
		return &forgets{aBarrier: b, phase: phase, breaks: breaks, broken: make(chan struct{})}
	}
}

type forgets struct {
	aBarrier
	phase, waits int // of party 1
	breaks       bool
	broken       chan struct{}
	once         sync.Once
}

func (b *forgets) Wait(party int) error {
	if party == 1 {
		if b.waits++; b.waits == b.phase {
			if b.breaks {
				b.Break()
			}
			<-b.broken
			return barrier.ErrBroken
		}
	}
	return b.aBarrier.Wait(party)
}

func (b *forgets) Break() {
	b.once.Do(func() { close(b.broken) })
	b.aBarrier.Break()
}

// hurries lets party 0 pass each 333rd phase as it comes; it arrives there later.
type hurries struct {
	aBarrier
	waits int // of party 0
	owes  bool
}

func (b *hurries) Wait(party int) error {
	if party != 0 {
		return b.aBarrier.Wait(party)
	}
	if b.owes {
		b.owes = false
		if err := b.aBarrier.Wait(0); err != nil {
			return err
		}
	}
	if b.waits++; b.waits%333 == 0 {
		b.owes = true
		return nil
	}
	return b.aBarrier.Wait(0)
}

// grudges lets a few of those who wait go with each Break.
type grudges struct {
	aBarrier
	few    int
	breaks chan struct{}
}

func waking(few int) func(aBarrier) aBarrier {
	return func(b aBarrier) aBarrier { return grudges{b, few, make(chan struct{}, 100)} }
}

func (b grudges) Wait(party int) error {
	err := b.aBarrier.Wait(party)
	if err != nil {
		<-b.breaks
	}
	return err
}

func (b grudges) Break() {
	b.aBarrier.Break()
	for range b.few {
		select {
		case b.breaks <- struct{}{}:
		default: // it is enough for all who may wait
		}
	}
}

// misses breaks without the mutex under which a party looks before it waits: one
// that has looked waits for ever. It is for parties whose phase is never complete.
type misses struct {
	aBarrier
	mu      sync.Mutex
	changed sync.Cond
	broken  atomic.Bool
}

func missing() barrier.Variant {
	return changed("cond", func(b aBarrier) aBarrier {
		m := &misses{aBarrier: b}
		m.changed.L = &m.mu
		return m
	})
}

func (b *misses) Wait(int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.broken.Load() {
		runtime.Gosched() // or it would be found once in some thousand rounds
		b.changed.Wait()
	}
	return barrier.ErrBroken
}

func (b *misses) Break() {
	b.broken.Store(true)
	b.changed.Broadcast()
}

// dwells stays in Wait once the barrier is broken.
type dwells struct{ aBarrier }

func (b dwells) Wait(party int) error {
	if err := b.aBarrier.Wait(party); err == nil {
		return nil
	}
	select {}
}

// deaf does not hear Break.
type deaf struct{ aBarrier }

func (deaf) Break() {}

// Export lets parties be processes, and genuine.
func (b deaf) Export(party int) (role.Wire, error) {
	return b.aBarrier.(barrier.Exporter).Export(party)
}

// retracts looks at a flag after the barrier has let it go, as one does who keeps
// no account of phases.
type retracts struct {
	aBarrier
	waits [3]int
}

func (b *retracts) Wait(party int) error {
	err := b.aBarrier.Wait(party)
	if b.waits[party]++; party == 0 && b.waits[party] == 4 {
		return barrier.ErrBroken
	}
	return err
}

// mended lets pass after Break.
type mended struct{ aBarrier }

func (b mended) Wait(party int) error {
	b.aBarrier.Wait(party)
	return nil
}

// favours tells party 0 once that it has passed when the barrier was broken.
type favours struct {
	aBarrier
	done atomic.Bool
}

func (b *favours) Wait(party int) error {
	err := b.aBarrier.Wait(party)
	if err != nil && party == 0 && b.done.CompareAndSwap(false, true) {
		return nil
	}
	return err
}

// overwrites ends a phase as it has seen it, which may have ended otherwise by then: one
// who breaks the barrier takes the phase from those who have still to leave it, the last
// to arrive mends what was broken.
type overwrites struct {
	aBarrier
	breaks         bool // it is who breaks
	parties        int64
	arrived, phase atomic.Int64 // phase n is n, broken -1-n
}

func overwriting(breaks bool) barrier.Variant {
	v := genuine("cond")
	make := v.New
	v.New = func(parties int) (aBarrier, error) {
		b, err := make(parties)
		if err != nil || parties > 3 || parties > 1 && !breaks { // others break in more than one way
			return b, err
		}
		return &overwrites{aBarrier: b, breaks: breaks, parties: int64(parties)}, nil
	}
	return v
}

func (b *overwrites) Wait(int) error {
	now := b.phase.Load()
	if now < 0 {
		return barrier.ErrBroken
	}
	if b.arrived.Add(1) == b.parties {
		b.arrived.Store(0)
		if !b.end(!b.breaks, now, now+1) {
			return barrier.ErrBroken
		}
		return nil
	}
	for b.phase.Load() == now {
		runtime.Gosched()
	}
	if b.phase.Load() == -1-now {
		return barrier.ErrBroken
	}
	return nil
}

func (b *overwrites) Break() {
	for now := b.phase.Load(); now >= 0 && !b.end(b.breaks, now, -1-now); now = b.phase.Load() {
	}
}

func (b *overwrites) end(careless bool, now, next int64) bool {
	if careless {
		runtime.Gosched() // or it would be found once in some thousand rounds
		b.phase.Store(next)
		return true
	}
	return b.phase.CompareAndSwap(now, next)
}

// closes ends as a channel does.
type closes struct {
	aBarrier
	done chan struct{}
}

func (b closes) Break() {
	close(b.done)
	b.aBarrier.Break()
}

// leaks starts a goroutine that nobody ends.
func leaks(b aBarrier) aBarrier {
	go func() { select {} }()
	return b
}

// keeps never gives back what it holds.
type keeps struct{ aBarrier }

func (keeps) Release() error { return nil }

// Export lets parties be processes, and genuine.
func (b keeps) Export(party int) (role.Wire, error) {
	return b.aBarrier.(barrier.Exporter).Export(party)
}
