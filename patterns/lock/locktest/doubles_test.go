package locktest_test

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
	"crossover/patterns/lock/locktest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

// double is a variant that breaks one law on purpose.
type double struct {
	law  string
	name string // what is wrong with it
	lock.Variant
	as   role.As
	want string // is in the error
}

var doubles = []double{
	{"locks-separate", "same lock each time", shared(), role.Goroutine, "the other lock"},
	{"try-never-waits", "TryLock waits", changed("chan.done", func(p lock.Locker) lock.Locker { return waits{p} }), role.Goroutine, "hang"},
	{"try-never-waits", "TryLock always says yes", changed("mutex", func(p lock.Locker) lock.Locker { return agrees{p} }), role.Goroutine, "TryLock said true"},
	{"try-never-waits", "TryLock always says no", changed("mutex", func(p lock.Locker) lock.Locker { return declines{p} }), role.Goroutine, "TryLock said false"},
	{"try-never-waits", "TryLock counts readers modulo two", changedLock("rwmutex", halving), role.Goroutine, "two readers inside: TryLock said true"},
	{"try-never-waits", "lets in again who is inside", changed("mutex", func(p lock.Locker) lock.Locker { return &readmits{Locker: p} }), role.Goroutine, "who is inside: TryLock said true"},
	{"strangers-refused", "lets unlock who was inside before", claimed(changed("chan", func(p lock.Locker) lock.Locker { return &trusts{Locker: p} }), owned), role.Goroutine, "another inside: an Unlock"},
	{"strangers-refused", "lets unlock who has tried in vain", claimed(changed("chan", func(p lock.Locker) lock.Locker { return &presumes{Locker: p, tries: true} }), owned), role.Goroutine, "another inside: an Unlock"},
	{"strangers-refused", "lets unlock who has waited in vain", claimed(changed("chan.done", func(p lock.Locker) lock.Locker { return &presumes{Locker: p} }), owned), role.Goroutine, "waited in vain: an Unlock"},
	{"strangers-refused", "lets any reader leave", changed("mcs", func(p lock.Locker) lock.Locker { return lenient{p} }), role.Goroutine, "an RUnlock by a stranger"},
	{"strangers-refused", "lets anybody unlock", claims("chan", owned), role.Goroutine, "Unlock by a stranger said"},
	{"first-come-first-served", "has 64 places to wait in", changedLock("chan", seating), role.Goroutine, "no place"},
	{"first-come-first-served", "lets one party in when nobody else waits", changed("chan.done", everyNth(10, 1, modest)), role.Goroutine, "entered as ["},
	{"first-come-first-served", "lets the sixth in when nobody else waits", changed("chan.done", everyNth(10, 6, modest)), role.Goroutine, "entered as ["},
	{"first-come-first-served", "lets readers in before writers that wait", changedLock("chan", preferring), role.Goroutine, "entered as ["},
	{"first-come-first-served", "TryLock overtakes who waits", changedLock("chan", overtaking), role.Goroutine, "entered as [9 0"},
	{"nobody-starves", "lets one party in never", changed("chan.done", everyNth(4, 1, starved)), role.Goroutine, "hang"},
	{"nobody-starves", "lets no reader in while writers come", changedLock("chan", deferring), role.Goroutine, "hang: 1 of 4 parties read"},
	{"waits-idle", "spins and does not say so", changed("mutex", func(p lock.Locker) lock.Locker { return spins{p} }), role.Goroutine, "somebody was running"},
	{"break-wakes", "a reader that waits is deaf to Break", changed("chan.done", func(p lock.Locker) lock.Locker { return dozes{p} }), role.Goroutine, "hang: joining party 1"},
	{"break-wakes", "breaks without the lock", claimed(changedLock("mutex", missing), func(v *lock.Variant) { v.Cancels = true }), role.Goroutine, "hang: round"},
	{"break-wakes", "deaf to Break", deafened("chan.done"), role.Goroutine, "hang"},
	{"broken-is-final", "waits after Break", changed("chan.done", func(p lock.Locker) lock.Locker { return dwells{p} }), role.Goroutine, "hang: held false: Lock after Break"},
	{"broken-is-final", "lets in after Break", deafened("ttas"), role.Goroutine, "after Break"},
	{"break-repeats", "panics on the second Break", changedLock("mutex", func(l lock.Lock) lock.Lock { return &once{Lock: l} }), role.Goroutine, "close of closed channel"},
	{"break-ignored", "Break lets the next one in", changedLock("chan", func(l lock.Lock) lock.Lock { return yields{l} }), role.Goroutine, "TryLock said true"},
	{"break-ignored", "says that waiters cannot give up", claims("chan.done", func(v *lock.Variant) { v.Cancels = false }), role.Goroutine, "is broken"},
	{"break-ignored", "refuses who comes after Break", changedLock("mutex", func(l lock.Lock) lock.Lock { return &closable{Lock: l} }), role.Goroutine, `ended with "broken"`},
	{"nothing-left", "leaves a goroutine", changedLock("mutex", leaks), role.Goroutine, "goroutines left"},
	{"excludes", "calls tickets by 16 bits", changedLock("mutex", short), role.Goroutine, "hang: 4 parties, 0 of 4 entries to read, 6"},
	{"excludes", "has 64 places to wait in", changedLock("mutex", seating), role.Goroutine, "70 waited: party"},
	{"excludes", "overlooks who joins as another does", changedLock("rwmutex", overlooking), role.Goroutine, "that joined at once is inside: TryLock said true"},
	{"excludes", "lets each 500th reader in at any time", changedLock("mutex", careless), role.Goroutine, "met somebody inside"},
	{"break-wakes", "wakes three with each Break", changedLock("chan.done", grudging), role.Goroutine, "hang"},
	{"excludes", "lets readers in at any time", changed("mutex", peeking), role.Goroutine, "met somebody inside"},
	{"seen-whole", "lets readers in at any time", changed("mutex", peeking), role.Goroutine, "in disorder"},
	{"readers-share", "a TryLock in vain keeps readers out", changedLock("rwmutex", sulking), role.Goroutine, "hang: a third reader, after a TryLock"},
	{"readers-share", "forgets all readers but 64", changedLock("rwmutex", overflowing), role.Goroutine, "64 of 70 readers have left: TryLock said true"},
	{"readers-share", "serves readers one by one after a writer", changedLock("rwmutex", promoting), role.Goroutine, "hang: a reader that waited for a writer, 1 inside"},
	{"readers-share", "serves readers one by one", claims("mutex", func(v *lock.Variant) { v.Shares = true }), role.Goroutine, "hang"},
}

func TestDoubles(t *testing.T) {
	all := append(doubles, crossingDoubles()...)
	var tested []lawtest.Double[locktest.Subject]
	for _, d := range all {
		tested = append(tested, lawtest.Double[locktest.Subject]{Law: d.law, Name: d.name, Subject: locktest.Subject{Variant: d.Variant, As: d.as}, Want: d.want})
	}
	var untried []string
	if crossingDoubles() == nil {
		untried = []string{"nothing-lost", "holder-killed", "kill-survived"}
	}
	lawtest.Doubles(t, locktest.Laws(), tested, untried...)
}

// crossingDoubles are those made from variants that a platform may lack. Of the
// parties of such a double the goroutines here are broken and the processes
// genuine; their memory is shared, where the race detector does not look: a lock
// that lets two in is told by its law.
func crossingDoubles() (all []double) {
	for _, v := range lock.Variants() {
		switch v.Name {
		case "flock":
			leaves := func(p lock.Locker) lock.Locker { return early{p} }
			all = append(all,
				double{"excludes", "leaves before it is inside", changed(v.Name, leaves), role.Process, "met somebody inside"},
				double{"excludes", "TryLock only looks", changed(v.Name, func(p lock.Locker) lock.Locker { return &looks{Locker: p} }), role.Process, "met somebody inside"},
				double{"nothing-lost", "leaves before it is inside", changed(v.Name, leaves), role.Process, "updates were lost"},
				double{"nothing-left", "leaves its file and descriptors", unreleased(v.Name), role.Goroutine, "descriptors left"},
				double{"holder-killed", "says that it tells of a death", claims(v.Name, func(v *lock.Variant) { v.Orphan = lock.Told }), role.Process, "0 entries were told"},
				double{"kill-survived", "lets readers in at any time", claimed(changed(v.Name, peeking), func(v *lock.Variant) { v.Orphan = lock.Told }), role.Process, "was not told"},
			)
		case "shm.futex":
			all = append(all,
				double{"holder-killed", "lets the next one in beside the heir", changed(v.Name, func(p lock.Locker) lock.Locker { return &declining{Locker: p} }), role.Process, "met somebody inside"},
			)
		case "pipe.token":
			all = append(all, double{"holder-killed", "says that it is freed by a death", claims(v.Name, func(v *lock.Variant) { v.Orphan = lock.Freed }), role.Process, "hang"})
		}
	}
	return all
}

func genuine(name string) lock.Variant {
	for _, v := range lock.Variants() {
		if v.Name == name {
			return v
		}
	}
	panic("no variant " + name)
}

// claims is a genuine variant that says something else of itself.
func claims(name string, say func(*lock.Variant)) lock.Variant { return claimed(genuine(name), say) }

func owned(v *lock.Variant) { v.Owned = true }

func claimed(v lock.Variant, say func(*lock.Variant)) lock.Variant {
	say(&v)
	return v
}

// changedLock is a genuine variant with something between it and its user.
func changedLock(name string, change func(lock.Lock) lock.Lock) lock.Variant {
	v := genuine(name)
	make := v.New
	v.New = func() (lock.Lock, error) {
		l, err := make()
		if err != nil {
			return nil, err
		}
		return change(l), nil
	}
	return v
}

// changed is a genuine variant with something between each party and the lock.
func changed(name string, change func(lock.Locker) lock.Locker) lock.Variant {
	return changedLock(name, func(l lock.Lock) lock.Lock { return &altered{l, change} })
}

type altered struct {
	lock.Lock
	change func(lock.Locker) lock.Locker
}

func (l *altered) Party() (lock.Locker, error) {
	p, err := l.Lock.Party()
	if err != nil {
		return nil, err
	}
	return l.change(p), nil
}

// Export lets parties be processes, and genuine.
func (l *altered) Export() (role.Wire, error) { return l.Lock.(lock.Exporter).Export() }

func shared() lock.Variant {
	v := genuine("mutex")
	l, err := v.New()
	v.New = func() (lock.Lock, error) { return l, err }
	return v
}

func deafened(name string) lock.Variant {
	return changedLock(name, func(l lock.Lock) lock.Lock { return deaf{l} })
}

func unreleased(name string) lock.Variant {
	var forgotten []lock.Lock // or the garbage collector would release it after all
	return changedLock(name, func(l lock.Lock) lock.Lock {
		forgotten = append(forgotten, l)
		return keeps{l}
	})
}

// waits has a TryLock that is a Lock.
type waits struct{ lock.Locker }

func (p waits) TryLock() (bool, error) { return true, p.Lock() }

type agrees struct{ lock.Locker }

func (agrees) TryLock() (bool, error) { return true, nil }

type declines struct{ lock.Locker }

func (declines) TryLock() (bool, error) { return false, nil }

// looks has a TryLock that gives back at once what it got.
type looks struct {
	lock.Locker
	looked bool
}

func (p *looks) TryLock() (got bool, err error) {
	if got, err = p.Locker.TryLock(); got {
		p.looked = true
		err = p.Locker.Unlock()
	}
	return got, err
}

func (p *looks) Unlock() error {
	if p.looked {
		p.looked = false
		return nil
	}
	return p.Locker.Unlock()
}

// halves counts readers modulo two.
type halves struct {
	lock.Locker
	readers *atomic.Int32 // of all parties
}

func halving(l lock.Lock) lock.Lock {
	readers := new(atomic.Int32)
	return &altered{l, func(p lock.Locker) lock.Locker { return halves{p, readers} }}
}

func (p halves) RLock() error   { p.readers.Add(1); return p.Locker.RLock() }
func (p halves) RUnlock() error { p.readers.Add(-1); return p.Locker.RUnlock() }

func (p halves) TryLock() (bool, error) {
	if n := p.readers.Load(); n > 0 && n%2 == 0 {
		return true, nil
	}
	return p.Locker.TryLock()
}

// sulks lets no reader in any more once a TryLock was in vain.
type sulks struct {
	lock.Locker
	vain *atomic.Bool // of all parties
}

func sulking(l lock.Lock) lock.Lock {
	vain := new(atomic.Bool)
	return &altered{l, func(p lock.Locker) lock.Locker { return sulks{p, vain} }}
}

func (p sulks) TryLock() (bool, error) {
	got, err := p.Locker.TryLock()
	p.vain.Store(!got)
	return got, err
}

func (p sulks) RLock() error {
	if p.vain.Load() {
		select {}
	}
	return p.Locker.RLock()
}

// trusts lets unlock who was ever inside.
type trusts struct {
	lock.Locker
	been bool
}

func (p *trusts) Lock() error { p.been = true; return p.Locker.Lock() }

func (p *trusts) TryLock() (bool, error) {
	got, err := p.Locker.TryLock()
	p.been = p.been || got
	return got, err
}

func (p *trusts) Unlock() error {
	if !p.been {
		return lock.ErrNotHeld
	}
	return p.Locker.Unlock()
}

func (p *trusts) RUnlock() error { return p.Unlock() }

// presumes that it is inside while it waits, or when it tries.
type presumes struct {
	lock.Locker
	tries  bool
	inside bool
}

func (p *presumes) Lock() error { p.inside = true; return p.Locker.Lock() }

func (p *presumes) TryLock() (bool, error) {
	got, err := p.Locker.TryLock()
	p.inside = got || p.tries
	return got, err
}

func (p *presumes) Unlock() error {
	if !p.inside {
		return lock.ErrNotHeld
	}
	p.inside = false
	return p.Locker.Unlock()
}

func (p *presumes) RUnlock() error { return p.Unlock() }

// lenient does not ask who leaves as a reader.
type lenient struct{ lock.Locker }

func (p lenient) RUnlock() error {
	p.Locker.RUnlock()
	return nil
}

// overtakes has parties wait for each other first, but for those that try.
type overtakes struct {
	lock.Locker
	inside *sync.Mutex // of all parties
	tried  bool
}

func overtaking(l lock.Lock) lock.Lock {
	inside := new(sync.Mutex)
	return &altered{l, func(p lock.Locker) lock.Locker { return &overtakes{Locker: p, inside: inside} }}
}

func (p *overtakes) Lock() error {
	err := p.Locker.Lock()
	time.Sleep(100 * time.Microsecond) // or who tries would hardly ever be faster
	p.inside.Lock()
	return err
}

func (p *overtakes) TryLock() (bool, error) {
	p.tried = p.inside.TryLock()
	return p.tried, nil
}

func (p *overtakes) Unlock() error {
	p.inside.Unlock()
	if p.tried {
		p.tried = false
		return nil
	}
	return p.Locker.Unlock()
}

func (p *overtakes) RLock() error   { return p.Lock() }
func (p *overtakes) RUnlock() error { return p.Unlock() }

// prefers lets readers in before writers that wait, who wait for each other first.
type prefers struct {
	lock.Locker
	inside *sync.RWMutex // of all parties
}

func preferring(l lock.Lock) lock.Lock {
	inside := new(sync.RWMutex)
	return &altered{l, func(p lock.Locker) lock.Locker { return prefers{p, inside} }}
}

func (p prefers) Lock() error   { err := p.Locker.Lock(); p.inside.Lock(); return err }
func (p prefers) Unlock() error { p.inside.Unlock(); return p.Locker.Unlock() }
func (p prefers) TryLock() (bool, error) {
	got, err := p.Locker.TryLock()
	if got {
		p.inside.Lock()
	}
	return got, err
}
func (p prefers) RLock() error   { p.inside.RLock(); return nil }
func (p prefers) RUnlock() error { p.inside.RUnlock(); return nil }

// shortTickets has a counter of 16 bits for the ticket that is called.
type shortTickets struct {
	lock.Lock
	mu      sync.Mutex
	changed *sync.Cond
	next    int
	called  uint16
}

func short(l lock.Lock) lock.Lock {
	t := &shortTickets{Lock: l}
	t.changed = sync.NewCond(&t.mu)
	return t
}

func (t *shortTickets) Party() (lock.Locker, error) { return shortTicketsParty{t}, nil }

type shortTicketsParty struct{ *shortTickets }

func (t shortTicketsParty) Lock() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := t.next
	for t.next++; int(t.called) != mine; {
		t.changed.Wait()
	}
	return nil
}

func (t shortTicketsParty) TryLock() (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	free := t.next == int(t.called)
	if free {
		t.next++
	}
	return free, nil
}

func (t shortTicketsParty) Unlock() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.called++
	t.changed.Broadcast()
	return nil
}

func (t shortTicketsParty) RLock() error   { return t.Lock() }
func (t shortTicketsParty) RUnlock() error { return t.Unlock() }

// early leaves before it is inside.
type early struct{ lock.Locker }

func (p early) Lock() error            { return errors.Join(p.Locker.Lock(), p.Locker.Unlock()) }
func (p early) TryLock() (bool, error) { return true, p.Lock() }
func (early) Unlock() error            { return nil }
func (p early) RLock() error           { return p.Lock() }
func (early) RUnlock() error           { return nil }

// peeks lets readers in at any time.
type peeks struct{ lock.Locker }

func peeking(p lock.Locker) lock.Locker { return peeks{p} }

func (peeks) RLock() error   { return nil }
func (peeks) RUnlock() error { return nil }

// seated does not wait if 64 others do.
type seated struct {
	lock.Locker
	waiting *atomic.Int32 // of all parties
}

func seating(l lock.Lock) lock.Lock {
	waiting := new(atomic.Int32)
	return &altered{l, func(p lock.Locker) lock.Locker { return seated{p, waiting} }}
}

func (p seated) Lock() error {
	defer p.waiting.Add(-1)
	if p.waiting.Add(1) > 64 {
		return errors.New("no place to wait in")
	}
	return p.Locker.Lock()
}

func (p seated) RLock() error   { return p.Lock() }
func (p seated) RUnlock() error { return p.Unlock() }

// overflows lets readers in without the lock if 64 are inside.
type overflows struct {
	lock.Locker
	readers *atomic.Int32 // of all parties
	over    bool
}

func overflowing(l lock.Lock) lock.Lock {
	readers := new(atomic.Int32)
	return &altered{l, func(p lock.Locker) lock.Locker { return &overflows{Locker: p, readers: readers} }}
}

func (p *overflows) RLock() error {
	if p.over = p.readers.Add(1) > 64; p.over {
		return nil
	}
	return p.Locker.RLock()
}

func (p *overflows) RUnlock() error {
	p.readers.Add(-1)
	if p.over {
		return nil
	}
	return p.Locker.RUnlock()
}

// promoted enters as a writer if it comes to read while one is inside.
type promoted struct {
	lock.Locker
	writing *atomic.Bool // of all parties
	writer  bool
}

func promoting(l lock.Lock) lock.Lock {
	writing := new(atomic.Bool)
	return &altered{l, func(p lock.Locker) lock.Locker { return &promoted{Locker: p, writing: writing} }}
}

func (p *promoted) Lock() error   { err := p.Locker.Lock(); p.writing.Store(true); return err }
func (p *promoted) Unlock() error { p.writing.Store(false); return p.Locker.Unlock() }

func (p *promoted) RLock() error {
	if p.writer = p.writing.Load(); p.writer {
		return p.Locker.Lock()
	}
	return p.Locker.RLock()
}

func (p *promoted) RUnlock() error {
	if p.writer {
		return p.Locker.Unlock()
	}
	return p.Locker.RUnlock()
}

// declining does not keep what it inherits.
type declining struct {
	lock.Locker
	heir bool
}

func (p *declining) Lock() error {
	err := p.Locker.Lock()
	if p.heir = errors.Is(err, lock.ErrOwnerDied); p.heir {
		p.Locker.Unlock()
	}
	return err
}

func (p *declining) Unlock() error {
	if p.heir {
		p.heir = false
		return nil
	}
	return p.Locker.Unlock()
}

// everyNth changes one of so many parties, counted from 1.
func everyNth(parties, nth int32, change func(lock.Locker) lock.Locker) func(lock.Locker) lock.Locker {
	var n atomic.Int32
	return func(p lock.Locker) lock.Locker {
		if n.Add(1)%parties == nth {
			return change(p)
		}
		return p
	}
}

// again lets a party try until it is inside and stays there.
type again struct {
	lock.Locker
	stays bool
}

func modest(p lock.Locker) lock.Locker  { return again{p, true} }
func starved(p lock.Locker) lock.Locker { return again{p, false} }

func (p again) Lock() error {
	for {
		got, err := p.TryLock()
		switch {
		case err != nil || got && p.stays:
			return err
		case got:
			p.Unlock()
		}
		time.Sleep(10 * time.Microsecond)
	}
}

// slips lets each 500th reader in at any time.
type slips struct {
	lock.Locker
	reads *atomic.Int32 // of all parties
	slips bool
}

func careless(l lock.Lock) lock.Lock {
	reads := new(atomic.Int32)
	return &altered{l, func(p lock.Locker) lock.Locker { return &slips{Locker: p, reads: reads} }}
}

func (p *slips) RLock() error {
	if p.slips = p.reads.Add(1)%500 == 0; p.slips {
		return nil
	}
	return p.Locker.RLock()
}

func (p *slips) RUnlock() error {
	if p.slips {
		return nil
	}
	return p.Locker.RUnlock()
}

// grudges lets three of those who wait go with each Break.
type grudges struct {
	altered
	breaks chan struct{}
}

func grudging(l lock.Lock) lock.Lock {
	breaks := make(chan struct{}, 100)
	return &grudges{altered{l, func(p lock.Locker) lock.Locker { return grudged{p, breaks} }}, breaks}
}

func (l *grudges) Break() {
	l.Lock.Break()
	for range 3 {
		l.breaks <- struct{}{}
	}
}

type grudged struct {
	lock.Locker
	breaks chan struct{}
}

func (p grudged) Lock() error {
	err := p.Locker.Lock()
	if err != nil {
		<-p.breaks
	}
	return err
}

// dozes does not hear Break while it waits to read.
type dozes struct{ lock.Locker }

func (p dozes) RLock() error {
	if got, err := p.TryLock(); got || err != nil {
		return err
	}
	if err := p.Locker.RLock(); err == nil {
		return nil
	}
	select {}
}

// dwells stays in Lock once the lock is broken.
type dwells struct{ lock.Locker }

func (p dwells) Lock() error {
	if err := p.Locker.Lock(); err == nil {
		return nil
	}
	select {}
}

// misses breaks without the mutex under which a party looks before it waits: one
// that has looked waits for ever.
type misses struct {
	altered
	mu      sync.Mutex
	changed *sync.Cond
	broken  atomic.Bool
}

func missing(l lock.Lock) lock.Lock {
	m := &misses{}
	m.changed = sync.NewCond(&m.mu)
	m.altered = altered{l, func(p lock.Locker) lock.Locker { return missed{p, m} }}
	return m
}

func (m *misses) Break() {
	m.broken.Store(true)
	m.changed.Broadcast()
}

type missed struct {
	lock.Locker
	at *misses
}

func (p missed) Lock() error {
	p.at.mu.Lock()
	defer p.at.mu.Unlock()
	for !p.at.broken.Load() {
		if got, err := p.TryLock(); got || err != nil {
			return err
		}
		runtime.Gosched() // or it would be found once in some thousand rounds
		p.at.changed.Wait()
	}
	return lock.ErrBroken
}

func (p missed) Unlock() error {
	p.at.mu.Lock()
	defer p.at.mu.Unlock()
	p.at.changed.Broadcast()
	return p.Locker.Unlock()
}

func (p missed) RLock() error   { return p.Lock() }
func (p missed) RUnlock() error { return p.Unlock() }

// spins asks again and again.
type spins struct{ lock.Locker }

func (p spins) Lock() error {
	for {
		if got, err := p.TryLock(); got || err != nil {
			return err
		}
		runtime.Gosched()
	}
}

// deaf does not hear Break.
type deaf struct{ lock.Lock }

func (deaf) Break() {}

// defers its reading until no writer comes any more.
type defers struct {
	lock.Locker
	writers *atomic.Int32 // that wait or are inside, of all parties
}

func deferring(l lock.Lock) lock.Lock {
	writers := new(atomic.Int32)
	return &altered{l, func(p lock.Locker) lock.Locker { return defers{p, writers} }}
}

func (p defers) Lock() error {
	p.writers.Add(1)
	return p.Locker.Lock()
}

func (p defers) TryLock() (bool, error) { return true, p.Lock() }

func (p defers) Unlock() error {
	err := p.Locker.Unlock()
	p.writers.Add(-1)
	return err
}

func (p defers) RLock() error {
	for quiet := 0; quiet < 5; quiet++ { // or it would now and then be lucky
		time.Sleep(time.Millisecond)
		if p.writers.Load() != 0 {
			quiet = -1
		}
	}
	return p.Locker.RLock()
}

// yields lets the next one in when it is broken.
type yields struct{ lock.Lock }

func (l yields) Break() {
	if p, err := l.Party(); err == nil {
		p.Unlock()
	}
}

// closable lets nobody in any more once it is broken, though waiters cannot give up.
type closable struct {
	lock.Lock
	broken atomic.Bool
}

func (l *closable) Break() { l.broken.Store(true) }

func (l *closable) Party() (lock.Locker, error) {
	p, err := l.Lock.Party()
	return closed{p, l}, err
}

type closed struct {
	lock.Locker
	at *closable
}

func (p closed) Lock() error {
	if p.at.broken.Load() {
		return lock.ErrBroken
	}
	return p.Locker.Lock()
}

// once can be broken once.
type once struct {
	lock.Lock
	mu   sync.Mutex
	done chan struct{}
}

func (l *once) Break() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done == nil {
		l.done = make(chan struct{})
	}
	close(l.done)
}

// leaks starts a goroutine that nobody ends.
func leaks(l lock.Lock) lock.Lock {
	go func() { select {} }()
	return l
}

// keeps never gives back what it holds.
type keeps struct{ lock.Lock }

func (keeps) Release() error { return nil }

func (l keeps) Export() (role.Wire, error) { return l.Lock.(lock.Exporter).Export() }

// readmits grants who is inside the lock again, as flock(2) does.
type readmits struct {
	lock.Locker
	inside bool
}

func (p *readmits) TryLock() (bool, error) {
	if p.inside {
		return true, nil
	}
	got, err := p.Locker.TryLock()
	p.inside = got
	return got, err
}

func (p *readmits) Unlock() error {
	p.inside = false
	return p.Locker.Unlock()
}

// overlooks has a reader that nobody sees if it joined as another did; of more than two
// parties it sees all, who may join at once or not.
type overlooks struct {
	lock.Lock
	seen, joined atomic.Int32
}

func overlooking(l lock.Lock) lock.Lock { return &overlooks{Lock: l} }

func (l *overlooks) Party() (lock.Locker, error) {
	p, err := l.Lock.Party()
	n := l.seen.Load()
	runtime.Gosched() // or it would be found once in some thousand rounds
	l.joined.Add(1)
	if err != nil || l.seen.CompareAndSwap(n, n+1) {
		return p, err
	}
	return &unseen{Locker: p, lock: l}, nil
}

type unseen struct {
	lock.Locker
	lock   *overlooks
	inside bool // as a reader that is seen
}

func (p *unseen) RLock() error {
	if p.inside = p.lock.joined.Load() > 2; p.inside {
		return p.Locker.RLock()
	}
	return nil
}

func (p *unseen) RUnlock() error {
	if p.inside {
		return p.Locker.RUnlock()
	}
	return nil
}
