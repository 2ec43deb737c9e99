package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/spin"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/state"
	"crossover/patterns/state/statetest"
)

// State is the state pattern with this repository's own variants.
func State() Pattern {
	return StateOf(StateTable{
		Bench: state.Variants[uint64](),
		Law:   state.Variants[statetest.Key](),
	})
}

// StateTable is a table of stores, once for the keys of cases and once for those of
// laws.
type StateTable struct {
	Bench  []state.Variant[uint64]
	Law    []state.Variant[statetest.Key]
	Breaks lawtest.Breaks // laws that are known not to be kept
}

// StateOf is the state pattern with any table of variants.
func StateOf(table StateTable) Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "state",
			Benchmark: "BenchmarkState",
			Question:  "A mutex, or a goroutine (or process) that owns the data?",
			Original:  "custom_process_class.py",
			Op:        "call",
			Axes: []catalog.Axis{
				{Key: "callers", Title: "callers"},
				{Key: "reads", Title: "share of reads", Unit: "%"},
				{Key: "keys", Title: "keys", Unit: "keys"},
				{Key: "work", Title: "work per update", Unit: "ns"},
				{Key: "rate", Title: "offered rate"},
			},
		},
		situations: append(stateSituations(table.Bench), stateLatency()),
		floors:     stateFloors(),
	}
	for _, v := range table.Bench {
		d := describe("state", v.Info)
		d.Properties["counter only"] = yes(v.Counter)
		d.Properties["adds only"] = yes(v.Adds)
		d.Properties["ordered"] = yes(!v.Weak)
		d.Properties["owned"] = yes(v.Owned)
		p.Variants = append(p.Variants, d)
		ways := []role.As{role.Goroutine}
		if v.Owned {
			ways = append(ways, role.Thread)
		}
		if v.Crosses {
			ways = append(ways, role.Process)
		}
		for _, as := range ways {
			p.entrants = append(p.entrants, entrant{Info: v.Info, as: as, admits: stateAdmits(v)})
		}
	}
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(statetest.Laws(), statetest.Subjects(table.Law), table.Breaks)
	p.run = func(b *testing.B, c *conditions) {
		v, err := variantOf(c, table.Bench, func(v state.Variant[uint64]) string { return v.Name })
		if err != nil {
			b.Fatal(err)
		}
		runState(b, c, v)
	}
	return p
}

// stateAdmits says how many keys and which work a variant can have.
func stateAdmits(v state.Variant[uint64]) func(map[string]string) bool {
	return func(keys map[string]string) bool {
		return (!v.Counter || keys["keys"] == "1") && (!v.Adds || keys["work"] == "0ns")
	}
}

func statePoint(callers, reads, keys, work string) map[string]string {
	return map[string]string{"callers": callers, "reads": reads, "keys": keys, "work": work, "rate": closedLoop}
}

func stateSituations(variants []state.Variant[uint64]) []situation {
	readMostly := map[string]bool{}
	for _, v := range variants {
		readMostly[v.Name] = v.ReadMostly
	}
	// Those that need not leave the process: the others are measured between
	// goroutines where they are compared with themselves between processes.
	inProcess := func(e entrant) bool { return e.as == role.Goroutine && !e.Crosses }
	updates := func(e entrant) bool { return inProcess(e) && !readMostly[e.Name] }
	baseline := state.Variants[uint64]()[0].Name
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "state-hot", Name: "hot counter",
				Note:  "Four callers add to one number as fast as they can and nobody reads it.",
				Point: statePoint("4", "0", "1", "0ns"),
				Axis:  "callers",
			},
			quick:   []string{"4"},
			full:    []string{"1", "2", "4", "16", "64"},
			admits:  updates,
			scaling: true,
		},
		{
			Situation: catalog.Situation{
				ID: "state-reads", Name: "map, 99 % reads",
				Note:  "Four callers, 1,000 keys chosen at random, one call in a hundred an update.",
				Point: statePoint("4", "99", "1000", "0ns"),
				Axis:  "keys",
			},
			quick:  []string{"1000"},
			full:   []string{"1", "10", "100", "1000", "10000"},
			admits: inProcess,
		},
		{
			Situation: catalog.Situation{
				ID: "state-mixed", Name: "map, 50/50, 16 callers",
				Note:  "Sixteen callers, 1,000 keys chosen at random, every other call an update.",
				Point: statePoint("16", "50", "1000", "0ns"),
				Axis:  "reads",
			},
			quick:  []string{"50"},
			full:   []string{"0", "50", "90", "99"},
			admits: inProcess,
		},
		{
			Situation: catalog.Situation{
				ID: "state-work", Name: "10 µs updates",
				Note:  "Four callers update one number by a rule that takes 10 µs of CPU, with nobody in between: under the lock, in the owner, or tried again until nobody was.",
				Point: statePoint("4", "0", "1", "10us"),
				Axis:  "work",
			},
			quick:      []string{"0ns", "1us", "10us", "100us"},
			full:       []string{"0ns", "100ns", "1us", "10us", "100us"},
			quickAlong: []string{"mutex", "chan", "atomic", "atomic.sharded"},
			admits:     updates,
		},
		{
			Situation: catalog.Situation{
				ID: "state-reads-callers", Name: "map, 99 % reads, 16 callers",
				Note:  "As map, 99 % reads, against the number of callers.",
				Point: statePoint("16", "99", "1000", "0ns"),
				Axis:  "callers",
			},
			full:   []string{"1", "4", "16"},
			admits: inProcess,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "state-mixed-callers", Name: "map, 50/50, 4 callers",
				Note:  "As map, 50/50, 16 callers, against the number of callers.",
				Point: statePoint("4", "50", "1000", "0ns"),
				Axis:  "callers",
			},
			full:   []string{"1", "4", "16"},
			admits: inProcess,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "state-work-callers", Name: "10 µs updates, 16 callers",
				Note:  "As 10 µs updates, against the number of callers.",
				Point: statePoint("16", "0", "1", "10us"),
				Axis:  "callers",
			},
			full:   []string{"1", "4", "16"},
			admits: updates,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "state-across", Name: "state in another process",
				Note:     "A process owns the data of sixteen calling goroutines; 1,000 keys, every other call an update. The same mechanisms with the owner in the callers' process, and a map under a mutex, stand beside them: the difference is the price of isolation.",
				Point:    statePoint("16", "50", "1000", "0ns"),
				Axis:     "callers",
				Eligible: map[string]string{"as": string(role.Process)},
			},
			quick: []string{"16"},
			full:  []string{"1", "4", "16"},
			admits: func(e entrant) bool {
				return e.as != role.Thread && (e.Crosses || e.Name == baseline)
			},
			pins:  []string{"one", "split"},
			setup: 40 * time.Millisecond, // the process, and a call for each key
		},
		{
			Situation: catalog.Situation{
				ID: "state-across-work", Name: "state in another process, by work",
				Note:     "As above with four callers that only update one number, against the work of an update.",
				Point:    statePoint("4", "0", "1", "10us"),
				Axis:     "work",
				Eligible: map[string]string{"as": string(role.Process)},
			},
			full: []string{"0ns", "1us", "10us", "100us"},
			admits: func(e entrant) bool {
				return e.as != role.Thread && (e.Crosses || e.Name == baseline)
			},
			pins:  []string{"one", "split"},
			setup: 10 * time.Millisecond,
			only:  Full,
		},
		{
			Situation: catalog.Situation{
				ID: "state-thread", Name: "owner on an OS thread of its own",
				Note:  "One caller, and an owner that is locked to its thread, as cgo libraries and graphics want it: each call is two switches between threads.",
				Point: statePoint("1", "50", "1000", "0ns"),
				Axis:  "callers",
			},
			full:   []string{"1", "4", "16"},
			admits: func(e entrant) bool { return e.as == role.Thread },
			pins:   []string{"one", "split"},
			only:   Full,
		},
	}
}

// The rules of the benchmarks: addition, and addition that takes its time.
var (
	adds  = state.Named[uint64]("bench.adds", nil)
	toils = state.Named[uint64]("bench.toils", func(iterations int, value, delta int64) int64 {
		sink.Store(spin.Chain(iterations, uint64(value)))
		return value + delta
	})
)

// visit is what a caller is told to do: so many calls on so many keys.
type visit struct {
	ID    int
	Calls int
	Reads int // in a hundred
	Keys  int

	Arrivals *arrivals // of the calls, in an open loop
}

// account is what a caller did.
type account struct {
	Calls int
	Sum   int64 // of the deltas acknowledged
	Check int64 // the same, each delta times its key's weight, wrapping

	service *service // in an open loop
}

func (a *account) add(key uint64, delta int64) {
	a.Sum += delta
	a.Check += delta * int64(2*key+1)
}

var visitor = role.Register("bench.state.caller", role.Transport[state.Store[uint64]]{}, call)

func call(ctx context.Context, seat *role.Seat, s state.Store[uint64], v visit) (account, error) {
	if err := seat.Ready(ctx); err != nil {
		return account{}, err
	}
	c := caller{visit: v, store: s, dice: uint64(v.ID)}
	if v.Arrivals != nil {
		done, err := v.Arrivals.serve(func(int) (more bool, err error) { return true, c.call() })
		c.service = &done
		return c.account, err
	}
	for range v.Calls {
		if err := c.call(); err != nil {
			return c.account, err
		}
	}
	return c.account, nil
}

// caller is a caller among its calls.
type caller struct {
	visit
	account
	store state.Store[uint64]
	dice  uint64
	last  int64 // of key 0, to which nobody subtracts
}

// call reads or updates a key, as the dice say.
func (c *caller) call() (err error) {
	c.dice = c.dice*6364136223846793005 + 1442695040888963407
	key := c.dice >> 32 * uint64(c.Keys) >> 32
	if int(c.dice>>16&0xffff*100>>16) < c.Reads {
		var value int64
		value, err = c.store.Get(key)
		if key == 0 && value < c.last {
			return wrong("a read went back from %d to %d", c.last, value)
		}
		if key == 0 {
			c.last = value
		}
	} else {
		delta := int64(c.ID + 1)
		_, err = c.store.Add(key, delta)
		c.add(key, delta)
	}
	if err != nil {
		return fmt.Errorf("call %d on key %d: %w", c.account.Calls, key, err)
	}
	c.account.Calls++
	return nil
}

// runState makes the store, has callers call it b.N times and closes it.
func runState(b *testing.B, c *conditions, v state.Variant[uint64]) {
	b.StopTimer()
	loop := newOpenLoop(b, c, state.Variants[uint64]()[0].Name, func(b *testing.B, c *conditions) {
		runState(b, c, state.Variants[uint64]()[0])
	})
	crew := newCrew[account](b, c, c.count("callers"))
	rule, work := adds, c.Work.Iterations(c.duration("work"))
	if work > 0 {
		rule = toils
	}
	s, err := v.New(rule, state.Options{Owner: crew.side(1), Effort: work})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}()
	visitStore(b, c, crew, s, loop)
}

// visitStore measures b.N calls on a store; without a loop, each after the one before.
func visitStore(b *testing.B, c *conditions, crew *crew[account], s state.Store[uint64], loop *openLoop) {
	callers, keys := c.count("callers"), c.count("keys")
	var want account
	for k := range uint64(keys) { // or most reads would find nothing
		if _, err := s.Add(k, 1); err != nil {
			b.Fatal(err)
		}
		want.add(k, 1)
	}
	crew.callFromHere(c.Pin)
	for i := range callers {
		v := visit{ID: i, Calls: share(b.N, callers, i), Reads: c.count("reads"), Keys: keys, Arrivals: loop.deal(b.N, callers, i)}
		crew.add(visitor.Start(crew.ctx, crew.gate, crew.side(0), s, v))
	}
	before, known := ownerCPU(s)
	reports := crew.work(func(int) {}, func() { s.Close() })
	if after, still := ownerCPU(s); known && still && crew.cpu >= 0 {
		crew.cpu += after - before
	} else {
		crew.cpu = -1
	}
	var services []service
	for _, r := range reports {
		if r.Out.service != nil {
			services = append(services, *r.Out.service)
		}
		want.Calls += r.Out.Calls
		want.Sum += r.Out.Sum
		want.Check += r.Out.Check
	}
	got, err := audit(s, keys)
	if err != nil {
		b.Fatal(err)
	}
	if got.Calls = b.N; got != want {
		b.Fatal(wrong("after %d calls the keys hold %d (check %x), want %d calls, %d (%x)", got.Calls, got.Sum, got.Check, want.Calls, want.Sum, want.Check))
	}
	crew.report(b.N)
	if loop != nil {
		loop.reportAll(b, crew.wall, services)
	}
}

// callFromHere makes callers goroutines, whatever the owner is; threads where they
// have a place of their own.
func (c *crew[Out]) callFromHere(pin string) {
	for side := range c.options {
		o := &c.options[side]
		o.As, o.GOMAXPROCS = role.Goroutine, 0
		if pin != "" {
			o.As = role.Thread
		}
	}
}

// audit adds up what a store holds.
func audit(s state.Store[uint64], keys int) (a account, err error) {
	for k := range uint64(keys) {
		value, err := s.Get(k)
		if err != nil {
			return a, fmt.Errorf("reading key %d: %w", k, err)
		}
		a.add(k, value)
	}
	return a, nil
}

// ownerCPU is the processor time of an owner that is a process, and whether the
// platform says.
func ownerCPU(s state.Store[uint64]) (used time.Duration, known bool) {
	o, ok := s.(state.Owned)
	if !ok || o.Owner().Pid() == 0 {
		return 0, true // it is in this process's account already
	}
	used, err := o.Owner().CPU()
	return used, err == nil
}

// plainMap is a store for one caller.
type plainMap map[uint64]int64

func (m plainMap) Add(key uint64, delta int64) (int64, error) {
	m[key] += delta
	return m[key], nil
}

func (m plainMap) Get(key uint64) (int64, error) { return m[key], nil }

func (m plainMap) Close() error { return nil }
