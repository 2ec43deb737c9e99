package statetest_test

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/state"
	"crossover/patterns/state/statetest"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

type (
	key     = statetest.Key
	variant = state.Variant[key]
	aRule   = *state.Rule[key]
	aStore  = state.Store[key]
)

// double is a variant that breaks one law on purpose.
type double struct {
	law  string
	name string // what is wrong with it
	variant
	as   role.As
	want string // is in the error
}

var doubles = []double{
	{"stores-separate", "never done with an update", changed("mutex", func(s aStore) aStore { return busy{s} }), role.Goroutine, "hang: waiting for callers"},
	{"stores-separate", "same store each time", shared(), role.Goroutine, "the other store"},
	{"keys-apart", "keeps two keys as one", changed("mutex", func(s aStore) aStore { return halves{s} }), role.Goroutine, "adding to key"},
	{"keys-apart", "has room for 1000 keys", changed("mutex", func(s aStore) aStore { return &narrow{aStore: s, room: 1000, seen: map[key]bool{}} }), role.Goroutine, "returned 0"},
	{"keys-apart", "forgets the fifth byte of a key", changed("mutex", func(s aStore) aStore { return truncates{s} }), role.Goroutine, "adding to key"},
	{"keys-many", "has room for 5000 keys", changed("mutex", func(s aStore) aStore { return &narrow{aStore: s, room: 5000, seen: map[key]bool{}} }), role.Goroutine, "holds 0"},
	{"keys-arrive", "moves values that others update", changed("mutex", func(s aStore) aStore { return &moves{aStore: s} }), role.Goroutine, "holds"},
	{"keys-arrive", "brings a key without a second look", changed("mutex", func(s aStore) aStore { return &brings{aStore: s} }), role.Goroutine, "holds"},
	{"unsupported-refused", "takes any owner for a goroutine", asked(genuine("mutex"), func(o *state.Options) { o.Owner = role.Options{} }), role.Goroutine, "an owner as a thread: a store was made"},
	{"unsupported-refused", "adds whatever the rule", lenient(), role.Goroutine, "a rule other than addition: a store was made"},
	{"keys-refused", "counts whatever the key", changed("atomic", func(s aStore) aStore { return anyKey{s} }), role.Goroutine, "adding to another key said"},
	{"nothing-lost", "loses every 7th update", changed("mutex", func(s aStore) aStore { return &loses{aStore: s} }), role.Goroutine, "updates were lost"},
	{"nothing-lost", "keeps floating-point numbers", changed("mutex", func(s aStore) aStore { return &floats{aStore: s, values: map[key]float64{}} }), role.Goroutine, "updates were lost"},
	{"nothing-lost", "reads, then writes", changed("mutex", func(s aStore) aStore { return &racy{aStore: s} }), role.Goroutine, "updates were lost"},
	{"nothing-lost", "loses whom it finds a crowd inside", changed("mutex", func(s aStore) aStore { return &crowded{aStore: s} }), role.Goroutine, "updates were lost"},
	{"nothing-twice", "repeats every 7th update", changed("mutex", func(s aStore) aStore { return &repeats{aStore: s} }), role.Goroutine, "updates were made twice"},
	{"add-tells", "adds, then reads", changed("mutex", func(s aStore) aStore { return &late{aStore: s} }), role.Goroutine, "told"},
	{"add-tells", "tells of a part", changed("atomic.sharded", func(s aStore) aStore { return parts{s} }), role.Goroutine, "returned 1"},
	{"reads-between", "reads the most there was", changed("atomic", func(s aStore) aStore { return &peaks{aStore: s} }), role.Goroutine, "holds 5, want 4"},
	{"reads-between", "reads what was", changed("mutex", func(s aStore) aStore { return &stale{aStore: s} }), role.Goroutine, "had been acknowledged before it"},
	{"reads-between", "reads what will be", changed("mutex", func(s aStore) aStore { return eager{s} }), role.Goroutine, "only had been begun"},
	{"reads-forward", "reads what was", changed("mutex", func(s aStore) aStore { return &stale{aStore: s} }), role.Goroutine, "went back"},
	{"linearizable", "reads what was", changed("mutex", func(s aStore) aStore { return &stale{aStore: s} }), role.Goroutine, "not linearizable"},
	{"linearizable", "sharded and said to be whole", whole(), role.Goroutine, "not linearizable"},
	{"rule-alone", "computes outside the lock", outside(), role.Goroutine, "not linearizable"},
	{"effort-handed", "ignores the effort", asked(genuine("mutex"), func(o *state.Options) { o.Effort = 0 }), role.Goroutine, "an effort of 1: key 0x0 holds 0, want 6"},
	{"rule-alone", "computes outside the lock if that takes long", laborious(), role.Goroutine, "not linearizable"},
	{"panic-contained", "lets panics through", changed("mutex", func(s aStore) aStore { return explodes{s} }), role.Goroutine, "panic:"},
	{"panic-contained", "takes a panic with an error for a failure", changed("mutex", func(s aStore) aStore { return fails{s} }), role.Goroutine, "an update that panicked said"},
	{"panic-contained", "founds a key on an update that panics", changed("mutex", func(s aStore) aStore { return founds{s} }), role.Goroutine, "key 0x0 holds 1, want 0"},
	{"panic-contained", "takes a panic without a word for none", changed("mutex", func(s aStore) aStore { return hushed{s} }), role.Goroutine, "panicked said <nil>"},
	{"panic-contained", "has no room for a long panic", changed("mutex", func(s aStore) aStore { return terse{s} }), role.Goroutine, "panicked said too long"},
	{"panic-contained", "changed by every 7th update that panics", changed("mutex", func(s aStore) aStore { return &spoilt{aStore: s} }), role.Goroutine, "key 0x0 holds"},
	{"close-ends", "never returns once closed", changed("mutex", func(s aStore) aStore { return deaf{s} }), role.Goroutine, "hang"},
	{"close-ends", "says something else once closed", changed("mutex", func(s aStore) aStore { return mumbles{s} }), role.Goroutine, "while the store was closed"},
	{"close-ends", "updates though it says it did not", changed("chan", func(s aStore) aStore { return &denies{aStore: s} }), role.Goroutine, "was told"},
	{"closed-is-final", "goes on after Close", changed("mutex", func(s aStore) aStore { return open{s} }), role.Goroutine, "after the end Add said"},
	{"closed-is-final", "looks at the key first", changed("atomic", func(s aStore) aStore { return particular{s} }), role.Goroutine, "after the end Add said a counter has one key"},
	{"endings-repeat", "panics on the second Close", changed("mutex", func(s aStore) aStore { return &once{s, make(chan struct{})} }), role.Goroutine, "close of closed channel"},
	{"endings-repeat", "waits for the owner once", changed("chan", func(s aStore) aStore { return &hurries{aStore: s} }), role.Goroutine, "before the owner had ended"},
	{"nothing-left", "never closed", changed("mutex", func(s aStore) aStore { return unending{s} }), role.Goroutine, "hang: closed unused: waiting for Close"},
	{"nothing-left", "leaves a goroutine if it cannot be made", unmade("chan", leavesGoroutine), role.Goroutine, "never made: "},
	{"nothing-left", "leaves a goroutine", changed("mutex", leaks), role.Goroutine, "goroutines left"},
	{"owner-asked", "waits for an owner that has gone", changed("chan", func(s aStore) aStore { return waits{s} }), role.Goroutine, "hang"},
	{"owner-asked", "answers in the owner's place", changed("chan", func(s aStore) aStore { return assures{s} }), role.Goroutine, "after the owner's end"},
	{"owner-asked", "answers in the thread's place", changed("mailbox", func(s aStore) aStore { return assures{s} }), role.Thread, "after the owner's end"},
	{"owner-leaves", "tells one caller and forgets the others", changed("chan", func(s aStore) aStore { return owned{&forgetful{aStore: s}, s} }), role.Goroutine, "hang: waiting for callers"},
	{"owner-leaves", "answers in the owner's place", changed("chan", func(s aStore) aStore { return assures{s} }), role.Goroutine, "that ended the owner was acknowledged"},
}

// crossingDoubles are those made from a variant that this platform may lack.
func crossingDoubles() []double {
	const name = "pipe.gob"
	if !has(name) {
		return nil
	}
	all := []double{
		{"nothing-left", "leaves a goroutine if its owner dies at once", unmade(name, leavesWithOwner), role.Process, "its owner dead at once: "},
		{"nothing-left", "leaves its descriptors", changed(name, func(s aStore) aStore { return owned{open{s}, s} }), role.Goroutine, "descriptors left"},
		{"owner-exits", "answers in the owner's place", changed(name, func(s aStore) aStore { return assures{s} }), role.Process, "that ended the owner was acknowledged"},
		{"owner-killed", "answers in the owner's place", changed(name, func(s aStore) aStore { return assures{s} }), role.Process, "after the owner's end"},
		{"owner-killed", "waits for an owner that has gone", changed(name, func(s aStore) aStore { return waits{s} }), role.Process, "hang"},
		{"owner-killed", "hushes up the owner's end", changed(name, func(s aStore) aStore { return hushes{s} }), role.Process, "crash was reported by Close as"},
	}
	if runtime.GOOS == "linux" {
		all = append(all, double{"make-all-or-nothing", "leaves a descriptor", unmade(name, leavesDescriptor), role.Goroutine, "descriptors left: /dev/null"})
	}
	return all
}

func TestDoubles(t *testing.T) {
	all := append(doubles, crossingDoubles()...)
	var tested []lawtest.Double[statetest.Subject]
	for _, d := range all {
		tested = append(tested, lawtest.Double[statetest.Subject]{Law: d.law, Name: d.name, Subject: statetest.Subject{Variant: d.variant, As: d.as}, Want: d.want})
	}
	var untried []string
	if crossingDoubles() == nil {
		untried = []string{"owner-exits", "owner-killed"}
	}
	lawtest.Doubles(t, statetest.Laws(), tested, untried...)
}

func genuine(name string) variant {
	for _, v := range state.Variants[key]() {
		if v.Name == name {
			return v
		}
	}
	panic("no variant " + name)
}

func has(name string) bool {
	for _, v := range state.Variants[key]() {
		if v.Name == name {
			return true
		}
	}
	return false
}

// changed is a genuine variant with something between it and its user.
func changed(name string, change func(aStore) aStore) variant {
	v := genuine(name)
	make := v.New
	v.New = func(r aRule, o state.Options) (aStore, error) {
		s, err := make(r, o)
		if err != nil {
			return nil, err
		}
		return change(s), nil
	}
	return v
}

// asked is a variant that is given other options than it was asked for.
func asked(v variant, change func(*state.Options)) variant {
	make := v.New
	v.New = func(r aRule, o state.Options) (aStore, error) {
		change(&o)
		return make(r, o)
	}
	return v
}

// shared gives every other caller the store of the one before.
func shared() variant {
	v := genuine("mutex")
	var s aStore
	make := v.New
	v.New = func(r aRule, o state.Options) (_ aStore, err error) {
		if before := s; before != nil {
			s = nil
			return before, nil
		}
		s, err = make(r, o)
		return s, err
	}
	return v
}

// whole claims that a sharded counter knows its total.
func whole() variant {
	v := changed("atomic.sharded", func(s aStore) aStore { return &late{aStore: s} })
	v.Weak = false
	return v
}

// lenient takes any rule for addition.
func lenient() variant {
	v := genuine("atomic.sharded")
	make := v.New
	v.New = func(_ aRule, o state.Options) (aStore, error) { return make(adding, o) }
	return v
}

// outside applies the rule where others may change the value.
func outside() variant {
	v := genuine("mutex")
	make := v.New
	v.New = func(r aRule, o state.Options) (aStore, error) {
		s, err := make(r, o)
		if err != nil {
			return nil, err
		}
		difference, err := make(adding, o)
		return &computes{aStore: difference, rule: r, effort: o.Effort, unused: s}, err
	}
	return v
}

// laborious is outside if updates are some effort.
func laborious() variant {
	v := outside()
	short, long := genuine("mutex").New, v.New
	v.New = func(r aRule, o state.Options) (aStore, error) {
		if o.Effort == 0 {
			return short(r, o)
		}
		return long(r, o)
	}
	return v
}

var adding = state.Named[key]("doubles.adding", nil)

type computes struct {
	aStore
	rule   aRule
	effort int
	unused aStore
}

func (s *computes) Add(k key, delta int64) (int64, error) {
	old, err := s.Get(k)
	if err != nil {
		return 0, err
	}
	v, err := s.rule.Update(s.effort, old, delta)
	if err != nil {
		return 0, err
	}
	runtime.Gosched()
	return s.aStore.Add(k, v-old)
}

// every7th says yes to each seventh caller.
type every7th struct{ n atomic.Int64 }

func (e *every7th) now() bool { return e.n.Add(1)%7 == 0 }

type halves struct{ aStore }

func (s halves) Add(k key, delta int64) (int64, error) { return s.aStore.Add(k/2, delta) }
func (s halves) Get(k key) (int64, error)              { return s.aStore.Get(k / 2) }

// narrow takes the first keys that come and drops updates of others.
type narrow struct {
	aStore
	room int
	mu   sync.Mutex
	seen map[key]bool
}

func (s *narrow) Add(k key, delta int64) (int64, error) {
	s.mu.Lock()
	known := s.seen[k] || len(s.seen) < s.room
	if known {
		s.seen[k] = true
	}
	s.mu.Unlock()
	if !known {
		return s.Get(k)
	}
	return s.aStore.Add(k, delta)
}

type truncates struct{ aStore }

func (s truncates) Add(k key, delta int64) (int64, error) { return s.aStore.Add(k&^(0xff<<32), delta) }
func (s truncates) Get(k key) (int64, error)              { return s.aStore.Get(k &^ (0xff << 32)) }

// moves copies all values when a key is new; who has found one updates what nobody
// will read.
type moves struct {
	aStore
	mu     sync.Mutex
	values map[key]*atomic.Int64
}

func (s *moves) find(k key) *atomic.Int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values[k] == nil {
		moved := map[key]*atomic.Int64{k: new(atomic.Int64)}
		for k, v := range s.values {
			moved[k] = new(atomic.Int64)
			moved[k].Store(v.Load())
		}
		s.values = moved
	}
	return s.values[k]
}

func (s *moves) Add(k key, delta int64) (int64, error) {
	v := s.find(k)
	runtime.Gosched()
	return v.Add(delta), nil
}

func (s *moves) Get(k key) (int64, error) { return s.find(k).Load(), nil }

// brings a key that it has not found, though another may have brought it since.
type brings struct {
	aStore
	values sync.Map
}

func (s *brings) find(k key) *atomic.Int64 {
	v, ok := s.values.Load(k)
	if !ok {
		runtime.Gosched()
		v = new(atomic.Int64)
		s.values.Store(k, v)
	}
	return v.(*atomic.Int64)
}

func (s *brings) Add(k key, delta int64) (int64, error) { return s.find(k).Add(delta), nil }
func (s *brings) Get(k key) (int64, error)              { return s.find(k).Load(), nil }

type anyKey struct{ aStore }

func (s anyKey) Add(_ key, delta int64) (int64, error) { return s.aStore.Add(0, delta) }
func (s anyKey) Get(key) (int64, error)                { return s.aStore.Get(0) }

type loses struct {
	aStore
	every7th
}

func (s *loses) Add(k key, delta int64) (int64, error) {
	if s.now() {
		return s.Get(k)
	}
	return s.aStore.Add(k, delta)
}

// crowded loses an update that finds 64 others inside.
type crowded struct {
	aStore
	inside atomic.Int64
}

func (s *crowded) Add(k key, delta int64) (int64, error) {
	defer s.inside.Add(-1)
	if s.inside.Add(1) > 64 {
		return s.Get(k)
	}
	return s.aStore.Add(k, delta)
}

type floats struct {
	aStore
	mu     sync.Mutex
	values map[key]float64
}

func (s *floats) Add(k key, delta int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[k] += float64(delta)
	return int64(s.values[k]), nil
}

func (s *floats) Get(k key) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(s.values[k]), nil
}

// racy writes what it had read some time ago.
type racy struct {
	aStore
	mu     sync.Mutex
	values map[key]int64
}

func (s *racy) Add(k key, delta int64) (int64, error) {
	old, err := s.Get(k)
	if err != nil {
		return 0, err
	}
	runtime.Gosched()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		s.values = map[key]int64{}
	}
	s.values[k] = old + delta
	return old + delta, nil
}

func (s *racy) Get(k key) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[k], nil
}

type repeats struct {
	aStore
	every7th
}

func (s *repeats) Add(k key, delta int64) (int64, error) {
	if s.now() {
		s.aStore.Add(k, delta)
	}
	return s.aStore.Add(k, delta)
}

// late returns the value as it is some time after the update.
type late struct{ aStore }

func (s *late) Add(k key, delta int64) (int64, error) {
	if _, err := s.aStore.Add(k, delta); err != nil {
		return 0, err
	}
	runtime.Gosched()
	return s.Get(k)
}

// stale gives, every other time, the value that the first update made.
type stale struct {
	aStore
	n     atomic.Int64
	first atomic.Int64
}

func (s *stale) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	s.first.CompareAndSwap(0, v)
	return v, err
}

func (s *stale) Get(k key) (int64, error) {
	if s.n.Add(1)%2 == 0 {
		return s.first.Load(), nil
	}
	return s.aStore.Get(k)
}

type eager struct{ aStore }

func (s eager) Get(k key) (int64, error) {
	v, err := s.aStore.Get(k)
	return v + 10_000, err
}

// parts says what one part of it holds.
type parts struct{ aStore }

func (s parts) Add(k key, delta int64) (int64, error) {
	_, err := s.aStore.Add(k, delta)
	return delta, err
}

// peaks never reads less than before.
type peaks struct {
	aStore
	most atomic.Int64
}

func (s *peaks) Get(k key) (int64, error) {
	v, err := s.aStore.Get(k)
	s.most.Store(max(v, s.most.Load()))
	return s.most.Load(), err
}

// founds a key, whatever becomes of its first update.
type founds struct{ aStore }

func (s founds) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if old, _ := s.Get(k); err != nil && old == 0 {
		s.aStore.Add(k, 1)
	}
	return v, err
}

// hushed knows a panic by its text.
type hushed struct{ aStore }

func (s hushed) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if p := (*role.PanicError)(nil); errors.As(err, &p) && p.Value == "" {
		return 0, nil
	}
	return v, err
}

// terse has 128 bytes for the text of a panic.
type terse struct{ aStore }

func (s terse) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if p := (*role.PanicError)(nil); errors.As(err, &p) {
		if text, ok := p.Value.(string); ok && len(text) > 128 {
			return 0, errors.New("too long")
		}
	}
	return v, err
}

type explodes struct{ aStore }

func (s explodes) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	var p *role.PanicError
	if errors.As(err, &p) {
		panic(p.Value)
	}
	return v, err
}

// fails where an update panics with an error.
type fails struct{ aStore }

func (s fails) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	var p *role.PanicError
	if errors.As(err, &p) {
		if fault, ok := p.Value.(error); ok {
			err = fault
		}
	}
	return v, err
}

type spoilt struct {
	aStore
	every7th
}

func (s *spoilt) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if err != nil && s.now() {
		s.aStore.Add(k, 1)
	}
	return v, err
}
