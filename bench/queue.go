package bench

import (
	"math"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/queue/queuetest"
	"crossover/patterns/role"
)

// Queue is the queue pattern with this repository's own variants.
func Queue() Pattern {
	return QueueOf(QueueTable{
		Copy8: queue.Variants[[1]uint64](), Copy64: queue.Variants[[8]uint64](),
		Copy1024: queue.Variants[[128]uint64](), Copy4096: queue.Variants[[512]uint64](),
		Ref8: queue.Variants[*[1]uint64](), Ref64: queue.Variants[*[8]uint64](),
		Ref1024: queue.Variants[*[128]uint64](), Ref4096: queue.Variants[*[512]uint64](),
		Law: queue.Variants[queuetest.Item](),
	})
}

// QueueTable is a table of queues, once for each type of item that cases and
// laws use: by value or by pointer, of so many bytes.
type QueueTable struct {
	Copy8    []queue.Variant[[1]uint64]
	Copy64   []queue.Variant[[8]uint64]
	Copy1024 []queue.Variant[[128]uint64]
	Copy4096 []queue.Variant[[512]uint64]
	Ref8     []queue.Variant[*[1]uint64]
	Ref64    []queue.Variant[*[8]uint64]
	Ref1024  []queue.Variant[*[128]uint64]
	Ref4096  []queue.Variant[*[512]uint64]

	Law    []queue.Variant[queuetest.Item]
	Breaks lawtest.Breaks // laws that are known not to be kept
}

// QueueOf is the queue pattern with any table of variants.
func QueueOf(table QueueTable) Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "queue",
			Benchmark: "BenchmarkQueue",
			Question:  "Channel, mutex-guarded buffer or lock-free ring?",
			Original:  "producer_consumer.py",
			Op:        "item",
			Axes: []catalog.Axis{
				{Key: "producers", Title: "producers"},
				{Key: "consumers", Title: "consumers"},
				{Key: "cap", Title: "capacity", Unit: "items"},
				{Key: "size", Title: "item size", Unit: "B"},
				{Key: "work", Title: "work per item", Unit: "ns"},
				{Key: "load", Title: "load"},
				{Key: "pass", Title: "items passed by"},
				{Key: "rate", Title: "offered rate"},
			},
		},
		situations: append(queueSituations(), queueBroken()),
		run:        table.run,
	}
	infos := table.infos()
	for _, v := range table.Copy64 {
		p.Variants = append(p.Variants, describe("queue", v.Info))
		ways := []role.As{role.Goroutine, role.Thread}
		if v.Open != nil {
			ways = append(ways, role.Process)
		}
		for _, as := range ways {
			p.entrants = append(p.entrants, entrant{Info: v.Info, as: as, admits: queueAdmits(v.Name, infos)})
		}
	}
	p.floors = queueFloors()
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(queuetest.Laws(), queuetest.Subjects(table.Law), table.Breaks)
	return p
}

// queueAdmits says which parties, capacities and sizes a variant can have; what it holds
// at least and at most depends on the item.
func queueAdmits(name string, infos map[string]map[string]patterns.Info) func(map[string]string) bool {
	return func(keys map[string]string) bool {
		c := conditions{Keys: keys}
		v, ok := infos[itemOf(c.Keys)][name]
		return ok &&
			(v.Producers == 0 || c.count("producers") <= v.Producers) &&
			(v.Consumers == 0 || c.count("consumers") <= v.Consumers) &&
			(v.MaxItem == 0 || c.count("size") <= v.MaxItem) &&
			(v.Overflow == patterns.Grow || c.count("cap") >= v.MinCapacity) &&
			(v.MaxCapacity == 0 || c.count("cap") <= v.MaxCapacity)
	}
}

// itemOf names the type of the items of a case.
func itemOf(keys map[string]string) string { return keys["pass"] + " " + keys["size"] }

// infos holds what each variant says of itself, by type of item and name.
func (t *QueueTable) infos() map[string]map[string]patterns.Info {
	return map[string]map[string]patterns.Info{
		"copy 8": infosOf(t.Copy8), "copy 64": infosOf(t.Copy64),
		"copy 1024": infosOf(t.Copy1024), "copy 4096": infosOf(t.Copy4096),
		"ref 8": infosOf(t.Ref8), "ref 64": infosOf(t.Ref64),
		"ref 1024": infosOf(t.Ref1024), "ref 4096": infosOf(t.Ref4096),
	}
}

func infosOf[Q any](table []queue.Variant[Q]) map[string]patterns.Info {
	infos := map[string]patterns.Info{}
	for _, v := range table {
		infos[v.Name] = v.Info
	}
	return infos
}

func queuePoint(producers, consumers, capacity, size, work, load string) map[string]string {
	return map[string]string{"producers": producers, "consumers": consumers, "cap": capacity, "size": size, "work": work, "load": load, "pass": "copy", "rate": closedLoop}
}

// queueGrown is how long a queue without bound runs before it is as long as it will get.
// A goroutine has the CPU for 10 ms before it is preempted, and with nothing but the queue
// to do four producers fill in some hundred thousand items before the first consumer's
// turn: a shorter sample is about a slice that only ever grows.
const queueGrown = 200 * time.Millisecond

func queueSituations() []situation {
	// Those that need not leave the process: a pipe between goroutines is measured
	// where it is compared with a pipe between processes.
	inProcess := func(e entrant) bool {
		return e.as == role.Goroutine && !e.Crosses && !drops(e.Info)
	}
	// What the size of an item does to one it does to its kind.
	common := func(e entrant) bool {
		return inProcess(e) && (e.Name == "chan" || e.Name == "mutex.ring" || e.Name == "spsc.ring")
	}
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "queue-many", Name: "many → many, tiny items",
				Note:  "Four producers and four consumers, 64-byte items, room for 64, and nothing else to do: the queue is all there is. chan.done is chan with a select on a context's Done at each item: the difference is the price of being cancellable.",
				Point: queuePoint("4", "4", "64", "64", "0ns", "steady"),
				Axis:  "work",
			},
			quick:   []string{"0ns", "250ns", "1us"},
			full:    []string{"0ns", "100ns", "250ns", "500ns", "1us", "2us", "4us", "10us"},
			admits:  inProcess,
			grown:   queueGrown,
			scaling: true,

			// Not mutex.slice: measured once it has grown, it takes as long as ten others.
			quickScaling: []string{"chan", "mutex.ring", "mpmc.ring"},
			quickAlong:   []string{"chan", "mutex.ring", "mpmc.ring"},
		},
		{
			Situation: catalog.Situation{
				ID: "queue-one", Name: "1 → 1, tiny items",
				Note:  "One producer and one consumer, 64-byte items, room for 64.",
				Point: queuePoint("1", "1", "64", "64", "0ns", "steady"),
				Axis:  "cap",
			},
			quick:      []string{"1", "64", "1024"},
			full:       []string{"0", "1", "2", "4", "16", "64", "256", "1024", "4096"},
			quickAlong: []string{"chan", "mutex.ring", "spsc.ring", "mpmc.ring"},
			admits:     inProcess,
			grown:      queueGrown,
		},
		{
			Situation: catalog.Situation{
				ID: "queue-work", Name: "many → many, 1 µs of work each",
				Note:  "As above with four producers and four consumers, and each consumer spends 1 µs of CPU on each item.",
				Point: queuePoint("4", "4", "64", "64", "1us", "steady"),
				Axis:  "size",
			},
			quick:  []string{"64"},
			full:   []string{"8", "64", "1024", "4096"},
			admits: inProcess,
		},
		{
			Situation: catalog.Situation{
				ID: "queue-big-copy", Name: "1 → 1, 4 KiB items by value",
				Note:  "One producer and one consumer, room for 64 items of 4 KiB that are copied in and out. Beside it stands the same by pointer.",
				Point: queuePoint("1", "1", "64", "4096", "0ns", "steady"),
				Axis:  "size",
			},
			quick:  []string{"4096"},
			full:   []string{"8", "64", "1024", "4096"},
			admits: common,
		},
		{
			Situation: catalog.Situation{
				ID: "queue-big-ref", Name: "1 → 1, 4 KiB items by pointer",
				Note:  "As by value, but each item is allocated by the producer and only its pointer goes through the queue: no copies, and the garbage collector's share instead.",
				Point: with(queuePoint("1", "1", "64", "4096", "0ns", "steady"), "pass", "ref"),
				Axis:  "size",
			},
			quick:  []string{"4096"},
			full:   []string{"8", "64", "1024", "4096"},
			admits: common,
		},
		{
			Situation: catalog.Situation{
				ID: "queue-slow", Name: "consumers too slow (block, drop or grow)",
				Note:  "One producer that never waits by itself, one consumer that needs 1 µs of CPU an item. ns/op is per item consumed; look at dropped-ratio and backlog-items for what the producer's haste costs.",
				Point: queuePoint("1", "1", "64", "64", "1us", "overload"),
			},
			admits: func(e entrant) bool { return e.as == role.Goroutine && !e.Crosses },
		},
		{
			Situation: catalog.Situation{
				ID: "queue-latency", Name: "1 µs of work each, arriving at a rate",
				Note:  "One producer offers items at 80 % of what a plain channel carries, one consumer spends 1 µs of CPU on each: how long after its intended time an item is done.",
				Point: with(queuePoint("1", "1", "64", "64", "1us", "steady"), "rate", "80pct"),
				Axis:  "rate",
				Unit:  "p99-ns",
			},
			capacity: "chan",
			quick:    []string{"80pct"},
			full:     []string{"50pct", "80pct", "95pct", "120pct", "1k", "10k", "100k", "1m"},
			quickAdmits: func(e entrant) bool {
				return e.Name == "chan" || e.Name == "mutex.ring" || e.Name == "mutex.slice" || e.Name == "spsc.ring"
			},
			admits:  func(e entrant) bool { return e.as == role.Goroutine && !e.Crosses },
			minTime: 100 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "queue-across", Name: "across processes",
				Note:     "One producer process, one consumer process, 64-byte items, room for 1,024 (64 KiB, a pipe's own size). The same mechanisms between goroutines, and the plain channel, stand beside them: the difference is the price of isolation.",
				Point:    queuePoint("1", "1", "1024", "64", "0ns", "steady"),
				Axis:     "work",
				Eligible: map[string]string{"as": "process"},
			},
			quick: []string{"0ns", "1us"},
			full:  []string{"0ns", "250ns", "1us", "4us", "10us", "40us"},
			admits: func(e entrant) bool {
				plain := e.Tier == patterns.Std && !e.Cancels && !drops(e.Info)
				return e.as != role.Thread && (e.Crosses || plain)
			},
			pins:  []string{"one", "split"},
			setup: 10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "queue-across-many", Name: "across processes, many → many",
				Note:     "Four producer processes and four consumer processes, 64-byte items, room for 1,024.",
				Point:    queuePoint("4", "4", "1024", "64", "0ns", "steady"),
				Axis:     "size",
				Eligible: map[string]string{"as": "process"},
			},
			full:   []string{"64", "1024", "4096"},
			admits: func(e entrant) bool { return e.as != role.Thread && e.Crosses },
			setup:  40 * time.Millisecond,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "queue-threads", Name: "1 → 1, each on an OS thread of its own",
				Note:  "As 1 → 1, tiny items, but with producer and consumer locked to threads, as cgo libraries and graphics want it: each hand-over that has to wait is a switch between threads.",
				Point: queuePoint("1", "1", "1024", "64", "0ns", "steady"),
				Axis:  "cap",
			},
			full:   []string{"1", "64", "1024"},
			admits: func(e entrant) bool { return e.as == role.Thread && !drops(e.Info) },
			pins:   []string{"one", "split"},
			only:   Full,
		},
	}
}

func drops(v patterns.Info) bool {
	return v.Overflow == patterns.DropNewest || v.Overflow == patterns.DropOldest
}

// run measures one case with the items that its keys name.
func (t *QueueTable) run(b *testing.B, c *conditions) {
	switch {
	case c.Keys["rate"] != closedLoop:
		t.runLatency(b, c)
		return
	case c.Keys["load"] == "broken":
		t.runBroken(b, c)
		return
	}
	switch what := itemOf(c.Keys); what {
	case "copy 8":
		haulItems(b, c, hauliers8, t.Copy8)
	case "copy 64":
		haulItems(b, c, hauliers64, t.Copy64)
	case "copy 1024":
		haulItems(b, c, hauliers1024, t.Copy1024)
	case "copy 4096":
		haulItems(b, c, hauliers4096, t.Copy4096)
	case "ref 8":
		haulItems(b, c, refs8, t.Ref8)
	case "ref 64":
		haulItems(b, c, refs64, t.Ref64)
	case "ref 1024":
		haulItems(b, c, refs1024, t.Ref1024)
	case "ref 4096":
		haulItems(b, c, refs4096, t.Ref4096)
	default:
		b.Fatalf("no items passed by %s bytes", what)
	}
}

// haulItems makes the queue, moves b.N items through it and releases it.
func haulItems[Q any](b *testing.B, c *conditions, roles hauliers[Q], table []queue.Variant[Q]) {
	q, err := newQueue(c, table)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := q.Release(); err != nil {
			b.Error(err)
		}
	}()
	haul(b, c, roles, q)
}

// haul moves b.N items from producers to consumers. Under overload it lets the
// producer go on until b.N items have been taken.
func haul[Q any](b *testing.B, c *conditions, roles hauliers[Q], q queue.Queue[Q]) {
	producers, consumers, overload := c.count("producers"), c.count("consumers"), c.Keys["load"] == "overload"
	work := c.Work.Iterations(c.duration("work"))
	crew := newCrew[tally](b, c, producers+consumers)
	for i := range producers {
		h := errand{ID: i, Items: share(b.N, producers, i), Relieved: overload}
		if overload {
			h.Items = math.MaxInt
		}
		crew.add(roles.producer.Start(crew.ctx, crew.gate, crew.side(0), q, h))
	}
	for i := range consumers {
		h := errand{ID: i, Spin: work}
		if overload {
			h.Items = b.N
		}
		crew.add(roles.consumer.Start(crew.ctx, crew.gate, crew.side(1), q, h))
	}

	producing := producers
	ended := func(i int) {
		switch {
		case overload && i >= producers:
			q.Break() // relieves the producer
		case i < producers:
			if producing--; producing == 0 && !overload {
				q.Close()
			}
		}
	}
	reports := crew.work(ended, q.Break)
	put, got := total(reports[:producers]), total(reports[producers:])
	if got.Count != b.N || !overload && put != got {
		b.Fatal(wrong("put %d items (sum %x), got %d (sum %x), want %d", put.Count, put.Sum, got.Count, got.Sum, b.N))
	}
	crew.report(b.N)
	if overload {
		offered := put.Count + put.Dropped
		put.Dropped += discarded(q)
		put.Count -= discarded(q)
		b.ReportMetric(float64(put.Dropped)/float64(max(1, offered)), "dropped-ratio")
		// An item may have been taken whose Put was then cut short and is not counted.
		b.ReportMetric(float64(max(0, put.Count-got.Count)), "backlog-items")
	}
}

// discarded is how many items a queue accepted and then dropped.
func discarded[Q any](q queue.Queue[Q]) int {
	if d, ok := q.(queue.Dropper); ok {
		return d.Dropped()
	}
	return 0
}

func newQueue[Q any](c *conditions, table []queue.Variant[Q]) (queue.Queue[Q], error) {
	v, err := variantOf(c, table, func(v queue.Variant[Q]) string { return v.Name })
	if err != nil {
		return nil, err
	}
	return v.New(c.count("cap"))
}

// share is the i-th of parts that n is split into.
func share(n, parts, i int) int {
	s := n / parts
	if i < n%parts {
		s++
	}
	return s
}
