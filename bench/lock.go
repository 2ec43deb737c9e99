package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/spin"
	"crossover/patterns"
	"crossover/patterns/clock"
	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
	"crossover/patterns/lock/locktest"
	"crossover/patterns/role"
)

// Lock is the lock pattern with this repository's own variants.
func Lock() Pattern { return LockOf(lock.Variants(), nil) }

// LockOf is the lock pattern with any table of variants. breaks are laws that are
// known not to be kept.
func LockOf(variants []lock.Variant, breaks lawtest.Breaks) Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "lock",
			Benchmark: "BenchmarkLock",
			Question:  "Which lock around my critical section?",
			Original:  "barriers_and_locks.py",
			Op:        "entry",
			Axes: []catalog.Axis{
				{Key: "parties", Title: "parties"},
				{Key: "cs", Title: "critical section", Unit: "ns"},
				{Key: "work", Title: "work outside per entry", Unit: "ns"},
				{Key: "reads", Title: "share of reads, %"},
				{Key: "timed", Title: "each wait timed"},
				{Key: "rate", Title: "offered rate"},
			},
		},
		situations: append(lockSituations(variants), lockLatency()),
		floors:     lockFloors(),
		run:        func(b *testing.B, c *conditions) { runLock(b, c, variants) },
	}
	for _, v := range variants {
		d := describe("lock", v.Info)
		d.Properties["fairness"] = string(v.Fairness)
		d.Properties["readers share"] = yes(v.Shares)
		d.Properties["refuses strangers"] = yes(v.Owned)
		if v.Orphan != "" {
			d.Properties["when its holder is killed"] = string(v.Orphan)
		}
		p.Variants = append(p.Variants, d)
		ways := []role.As{role.Goroutine, role.Thread}
		if v.Open != nil {
			ways = append(ways, role.Process)
		}
		for _, as := range ways {
			p.entrants = append(p.entrants, entrant{Info: v.Info, as: as, admits: func(map[string]string) bool { return true }})
		}
	}
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(locktest.Laws(), locktest.Subjects(variants), breaks)
	return p
}

func lockPoint(parties, section, reads string) map[string]string {
	return map[string]string{"parties": parties, "cs": section, "work": "0ns", "reads": reads, "timed": "no", "rate": closedLoop}
}

func lockSituations(variants []lock.Variant) []situation {
	inProcess := func(e entrant) bool { return e.as == role.Goroutine && !e.Crosses }
	// Among writers alone these two have nothing to show.
	rival := func(e entrant) bool { return !e.Crosses && e.Name != "chan.done" && e.Name != "big.reader" }
	contended := func(e entrant) bool { return e.as == role.Goroutine && rival(e) }
	baseline := lock.Variants()[0].Name
	shares := func(e entrant) bool {
		return slices.ContainsFunc(variants, func(v lock.Variant) bool { return v.Name == e.Name && v.Shares })
	}
	readers := func(e entrant) bool { return inProcess(e) && (e.Name == baseline || shares(e)) }
	across := func(e entrant) bool { return e.as != role.Thread && (e.Crosses || e.Name == baseline) }
	// Processes that outlive the death of another.
	survivors := map[string]string{"as": string(role.Process), "survives": string(patterns.SurvivesCrash)}
	// Fewer entries are over before the last party has begun.
	const few = 1000
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "lock-uncontended", Name: "uncontended",
				Note:  "One goroutine enters again and again, changes three words, and leaves: what the lock costs where it is hardly ever needed. chan.done is chan with a select on a context's Done at each entry: the difference is the price of being cancellable.",
				Point: lockPoint("1", "0ns", "0"),
				Axis:  "cs",
			},
			quick:  []string{"0ns"},
			full:   []string{"0ns", "100ns", "1us"},
			admits: inProcess,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-short", Name: "short and contended",
				Note:  "Four goroutines that do nothing but enter, change three words, and leave. Look at fairness-ratio, entries of the least lucky party against the mean, beside the time.",
				Point: lockPoint("4", "0ns", "0"),
				Axis:  "cs",
			},
			quick:   []string{"0ns", "1us"},
			full:    []string{"0ns", "100ns", "250ns", "1us", "10us"},
			admits:  contended,
			scaling: true,
			minN:    few,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-1us", Name: "1 µs and contended",
				Note:  "As above with four goroutines, and each spends 1 µs of CPU inside: no lock can be faster than that.",
				Point: lockPoint("4", "1us", "0"),
				Axis:  "parties",
			},
			quick:  []string{"4"},
			full:   []string{"1", "2", "4", "8", "16"},
			admits: contended,
			minN:   few,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-reads", Name: "99 % reads",
				Note:  "Four goroutines that spend 100 ns inside, 99 times of 100 only to read: may readers be inside together, and does it pay?",
				Point: lockPoint("4", "100ns", "99"),
				Axis:  "reads",
			},
			quick:  []string{"99"},
			full:   []string{"0", "90", "99"},
			admits: readers,
			minN:   few,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-reads-long", Name: "99 % reads of 1 µs",
				Note:  "As 99 % reads, with 1 µs inside and work of the same length outside.",
				Point: with(lockPoint("4", "1us", "99"), "work", "1us"),
				Axis:  "parties",
			},
			full:   []string{"2", "4", "8", "16"},
			admits: readers,
			minN:   few,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-across", Name: "holder in another process may die",
				Note:     "Two processes enter, change three words that they share, and leave. None dies here: this is what the insurance costs. Eligible are locks that outlive a killed holder by themselves; the same mechanisms between goroutines, and sync.Mutex, stand beside them.",
				Point:    lockPoint("2", "0ns", "0"),
				Axis:     "cs",
				Eligible: survivors,
			},
			quick:  []string{"0ns"},
			full:   []string{"0ns", "100ns", "1us", "10us"},
			admits: across,
			setup:  10 * time.Millisecond,
			pins:   []string{"one", "split"},
			minN:   few,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-across-alone", Name: "across processes, uncontended",
				Note:  "One process that shares the lock with nobody at the time.",
				Point: lockPoint("1", "0ns", "0"),
			},
			admits: func(e entrant) bool { return e.as != role.Thread && e.Crosses },
			setup:  10 * time.Millisecond,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-across-many", Name: "across processes, 1 µs and contended",
				Note:     "As 1 µs and contended, with four processes in place of goroutines. The same mechanisms between goroutines, and sync.Mutex, stand beside them.",
				Point:    lockPoint("4", "1us", "0"),
				Axis:     "parties",
				Eligible: survivors,
			},
			full:   []string{"2", "4", "8"},
			admits: across,
			setup:  20 * time.Millisecond,
			minN:   few,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-across-reads", Name: "across processes, 99 % reads",
				Note:  "Two processes that spend 10 µs inside, 99 times of 100 only to read: may readers be inside together, and does it pay?",
				Point: lockPoint("2", "10us", "99"),
				Axis:  "reads",
			},
			full:   []string{"0", "90", "99"},
			admits: func(e entrant) bool { return e.as == role.Process },
			setup:  10 * time.Millisecond,
			minN:   few,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-wait", Name: "longest wait, short and contended",
				Note:  "As short and contended with 100 ns inside, and each wait is timed, which costs some 50 ns an entry outside the section; longest-wait-ns is the worst of a sample.",
				Point: with(lockPoint("4", "100ns", "0"), "timed", "yes"),
				Axis:  "parties",
				Unit:  "longest-wait-ns",
			},
			full:   []string{"2", "4", "8", "16"},
			admits: func(e entrant) bool { return e.as == role.Goroutine },
			minN:   few,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-wait-threads", Name: "longest wait, each on an OS thread of its own",
				Note:  "As longest wait, short and contended, among four parties that are locked to threads.",
				Point: with(lockPoint("4", "100ns", "0"), "timed", "yes"),
				Axis:  "parties",
				Unit:  "longest-wait-ns",
			},
			full:   []string{"2", "4", "8"},
			admits: func(e entrant) bool { return e.as == role.Thread && rival(e) },
			minN:   few,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-wait-across", Name: "longest wait, across processes",
				Note:     "As longest wait, short and contended, among four processes, beside the same mechanisms between goroutines, and sync.Mutex.",
				Point:    with(lockPoint("4", "100ns", "0"), "timed", "yes"),
				Axis:     "parties",
				Unit:     "longest-wait-ns",
				Eligible: survivors,
			},
			full:   []string{"2", "4", "8"},
			admits: across,
			setup:  20 * time.Millisecond,
			minN:   few,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lock-threads", Name: "short and contended, each on an OS thread of its own",
				Note:  "Two parties locked to threads, as cgo libraries and graphics want it: each hand-over that has to wait is a switch between threads.",
				Point: lockPoint("2", "0ns", "0"),
				Axis:  "cs",
			},
			full:   []string{"0ns", "100ns", "1us"},
			admits: func(e entrant) bool { return e.as == role.Thread },
			pins:   []string{"one", "split"},
			minN:   few,
			only:   Full,
		},
	}
}

// ledger is what the lock guards: a counter and words that follow from it, with an
// invariant that does not hold half-way through a write. Beside it, on a line of
// its own, is what the lock does not guard.
type ledger struct {
	Count, Twice, Thrice uint64

	_       [128]byte
	Claimed atomic.Int64 // entries that parties have taken on
	_       [128]byte
}

// entryBatch is how many entries a party takes on at a time: so many that taking them
// costs nothing, so few that the unlucky are left behind.
const entryBatch = 32

// claim takes on entries of a total that all parties share. A share for each was
// tempting; then the lucky end early and unfairness does not show.
func (l *ledger) claim(total int) int {
	first := int(l.Claimed.Add(entryBatch)) - entryBatch
	return max(0, min(entryBatch, total-first))
}

// closeUp lets nobody take on any more.
func (l *ledger) closeUp() { l.Claimed.Store(closedUp) }

const closedUp = math.MaxInt64 / 2

// write counts one on; whole is whether the last writer had finished.
func (l *ledger) write(work int) (worth uint64, whole bool) {
	n := l.Count
	whole = l.Twice == 2*n && l.Thrice == 3*n
	n++
	l.Count = n
	if work > 0 {
		worth = spin.Chain(work, n)
	}
	l.Twice, l.Thrice = 2*n, 3*n
	return worth, whole
}

// read looks at the words again when its work is done.
func (l *ledger) read(work int) (worth uint64, whole bool) {
	n := l.Count
	if work > 0 {
		worth = spin.Chain(work, n)
	}
	return worth, l.Count == n && l.Twice == 2*n && l.Thrice == 3*n
}

// stint is what a party of a lock is told to do.
type stint struct {
	Total           int // entries of all parties
	Writes          int // of 100
	Inside, Outside int // iterations of work
	Timed           bool
	Arrivals        *arrivals // of its own entries, in an open loop
}

// attendance is what it did.
type attendance struct {
	Entries, Writes int
	LongestWait     time.Duration
	Worth           uint64  // of its work
	Service         service // in an open loop
}

var attendant = role.Register("bench.attendant", lock.GuardedTransport[ledger](), attend)

func attend(ctx context.Context, seat *role.Seat, g *lock.Guarded[ledger], s stint) (a attendance, err error) {
	defer lock.BreakOn(ctx, g)()
	p, err := g.Party()
	if err != nil {
		return a, err
	}
	if err := seat.Ready(ctx); err != nil {
		return a, err
	}
	if s.Arrivals != nil {
		err := a.attendPaced(p, g.Data, s)
		return a, err
	}
	for due := 0; ; {
		todo := g.Data.claim(s.Total)
		if todo == 0 {
			return a, nil
		}
		for range todo {
			due += s.Writes
			writes := due >= 100
			if writes {
				due -= 100
			}
			if err := a.enter(p, g.Data, s, writes); err != nil {
				return a, fmt.Errorf("entry %d: %w", a.Entries, err)
			}
			if s.Outside > 0 {
				a.Worth += spin.Chain(s.Outside, a.Worth)
			}
		}
	}
}

// enter is one critical section.
func (a *attendance) enter(p lock.Locker, l *ledger, s stint, writes bool) (err error) {
	var asked time.Time
	if s.Timed {
		asked = clock.Now()
	}
	if writes {
		err = p.Lock()
	} else {
		err = p.RLock()
	}
	if err != nil {
		return err
	}
	if s.Timed {
		a.LongestWait = max(a.LongestWait, clock.Since(asked))
	}
	var worth uint64
	var whole bool
	if writes {
		worth, whole = l.write(s.Inside)
		a.Writes++
		err = p.Unlock()
	} else {
		worth, whole = l.read(s.Inside)
		err = p.RUnlock()
	}
	a.Entries++
	a.Worth += worth
	if !whole {
		err = errors.Join(err, wrong("words that were changed by halves"))
	}
	return err
}

// runLock makes the lock, lets parties enter b.N times and releases it.
func runLock(b *testing.B, c *conditions, variants []lock.Variant) {
	v, l, err := newLock(c, variants)
	if err != nil {
		b.Fatal(err)
	}
	g, err := lock.Guard[ledger](l, role.As(c.Keys["as"]))
	if err != nil {
		b.Fatal(errors.Join(err, l.Release()))
	}
	defer func() {
		if err := g.Release(); err != nil {
			b.Error(err)
		}
	}()
	contend(b, c, g, v.Spins)
}

// contend lets parties enter until there were b.N entries.
func contend(b *testing.B, c *conditions, g *lock.Guarded[ledger], spins bool) {
	loop := newOpenLoop(b, c, lock.Variants()[0].Name, func(b *testing.B, c *conditions) { runLock(b, c, lock.Variants()) })
	parties := c.count("parties")
	crew := newCrew[attendance](b, c, parties)
	switch {
	case spins:
		crew.atMost(crew.longestSpin(parties), g.Data.closeUp)
	case c.Keys["as"] == string(role.Thread):
		// They may fall into handing the lock over at each entry, which is far dearer, and
		// b.N may have been found while they did not.
		crew.atMost(longestWork, g.Data.closeUp)
	}
	for i := range parties {
		crew.add(attendant.Start(crew.ctx, crew.gate, crew.side(i), g, stint{
			Total:   b.N,
			Writes:  100 - c.count("reads"),
			Inside:  c.Work.Iterations(c.duration("cs")),
			Outside: c.Work.Iterations(c.duration("work")),
			Timed:   c.Keys["timed"] == "yes",

			Arrivals: loop.deal(b.N, parties, i),
		}))
	}
	reports := crew.work(func(int) {}, func() {
		g.Data.closeUp()
		g.Break()
	})

	var all attendance
	least := math.MaxInt
	var services []service
	for _, r := range reports {
		all.Entries += r.Out.Entries
		all.Writes += r.Out.Writes
		all.LongestWait = max(all.LongestWait, r.Out.LongestWait)
		least = min(least, r.Out.Entries)
		services = append(services, r.Out.Service)
		sink.Store(r.Out.Worth)
	}
	if all.Entries != b.N && !crew.capped() {
		b.Fatal(wrong("%d entries, want %d", all.Entries, b.N))
	}
	if n := uint64(all.Writes); g.Data.Count != n || g.Data.Twice != 2*n || g.Data.Thrice != 3*n {
		b.Fatal(wrong("%d writes left %d, %d and %d behind", n, g.Data.Count, g.Data.Twice, g.Data.Thrice))
	}
	crew.report(max(1, all.Entries))
	if parties > 1 {
		b.ReportMetric(float64(least*parties)/float64(max(1, all.Entries)), "fairness-ratio")
	}
	if loop != nil {
		loop.reportAll(b, crew.wall, services)
	}
	if c.Keys["timed"] == "yes" {
		b.ReportMetric(float64(all.LongestWait), "longest-wait-ns")
	}
}

func newLock(c *conditions, variants []lock.Variant) (lock.Variant, lock.Lock, error) {
	v, err := variantOf(c, variants, func(v lock.Variant) string { return v.Name })
	if err != nil {
		return v, nil, err
	}
	l, err := v.New()
	return v, l, err
}
