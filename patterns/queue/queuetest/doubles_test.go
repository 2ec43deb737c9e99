package queuetest_test

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/queue/queuetest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

type (
	item    = queuetest.Item
	variant = queue.Variant[item]
	aQueue  = queue.Queue[item]
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
	{"capacity-checked", "rounds up in silence", roundsUp(), role.Goroutine, "was accepted, the minimum is"},
	{"capacity-checked", "makes whatever it is asked for", trusting(), role.Goroutine, "panic: runtime error: makeslice"},
	{"capacity-checked", "grows and has a minimum", particular(), role.Goroutine, "capacity -1 was refused"},
	{"queues-separate", "same queue each time", shared(), role.Goroutine, "the other queue"},
	{"nothing-lost", "loses every 7th item", changed("mutex.ring", func(q aQueue) aQueue { return &loses{aQueue: q} }), role.Goroutine, "never arrived"},
	{"nothing-lost", "loses item 65,536", changed("mutex.ring", func(q aQueue) aQueue { return &overflows{aQueue: q} }), role.Goroutine, "never arrived"},
	{"nothing-twice", "repeats every 7th item", changed("mutex.ring", func(q aQueue) aQueue { return &repeats{aQueue: q} }), role.Goroutine, "arrived 2 times"},
	{"items-whole", "flips a bit in every 7th item", changed("mutex.ring", func(q aQueue) aQueue { return &tears{aQueue: q} }), role.Goroutine, "torn items"},
	{"items-whole", "takes the zero value for the end", changed("mutex.ring", func(q aQueue) aQueue { return endsAtZero{q} }), role.Goroutine, "a Get said queue is broken"},
	{"order-kept", "swaps neighbours", changed("mutex.ring", func(q aQueue) aQueue { return &swaps{aQueue: q} }), role.Goroutine, "after a later one"},
	{"order-kept", "swaps neighbours at a capacity that is no power of two", masked(), role.Goroutine, "after a later one"},
	{"linearizable", "swaps neighbours", changed("mutex.slice", func(q aQueue) aQueue { return &swaps{aQueue: q} }), role.Goroutine, "not linearizable"},
	{"linearizable", "last in, first out", stack(), role.Goroutine, "not linearizable"},
	{"linearizable", "holds more than its capacity", unbounded(), role.Goroutine, "not linearizable"},
	{"bounded", "holds more than its capacity", unbounded(), role.Goroutine, "and none taken"},
	{"bounded", "has room for one less", cramped(), role.Goroutine, "hang: capacity 6: Put where there is room for 6 items"},
	{"bounded", "looks for room before it takes it", overshooting(), role.Goroutine, "and none taken"},
	{"overflow", "grows and is said to drop", claims("mutex.slice", patterns.DropNewest), role.Goroutine, "none refused"},
	{"overflow", "drops the newest and is said to drop the oldest", keepsOld(), role.Goroutine, "the oldest left is"},
	{"overflow", "drops and is said to grow", refuses(), role.Goroutine, "item dropped"},
	{"overflow", "repeats an item when more than 1000 wait", changed("mutex.slice", func(q aQueue) aQueue { return &deep{aQueue: q} }), role.Goroutine, "in the place of item"},
	{"overflow", "swaps neighbours after 10,000 have waited", changed("mutex.slice", func(q aQueue) aQueue { return &spent{swaps: swaps{aQueue: q}} }), role.Goroutine, "in the place of item"},
	{"overflow", "has room for 255 at most", bytewise(), role.Goroutine, "capacity 1000: of 3001 items"},
	{"overflow", "counts what was dropped since it was last asked", changed("mutex.latest", func(q aQueue) aQueue { return &forgetful{aQueue: q} }), role.Goroutine, "are said to be dropped, after"},
	{"put-wakes-get", "forgets who waits when one returns", flagging(), role.Goroutine, "hang: items put one by one"},
	{"put-wakes-get", "signals only when it was empty", thrifty(true, false), role.Goroutine, "hang"},
	{"get-wakes-put", "signals only when it was full", thrifty(false, true), role.Goroutine, "hang"},
	{"waits-idle", "spins and does not say so", changed("mutex.ring", func(q aQueue) aQueue { return restless{q} }), role.Goroutine, "somebody was running"},
	{"close-drains", "forgets its items on Close", changed("mutex.ring", func(q aQueue) aQueue { return &forgets{aQueue: q} }), role.Goroutine, "items were delivered"},
	{"close-drains", "looks for the end after it has looked for items", late(), role.Goroutine, "a Get gave 0 items"},
	{"close-drains", "wakes only who sleeps already", drowsy(), role.Goroutine, "hang: ended just as Get came"},
	{"break-wakes-put", "wakes only who sleeps already", drowsy(), role.Goroutine, "hang: ended just as Put came"},
	{"break-wakes-get", "wakes only who sleeps already", drowsy(), role.Goroutine, "hang: ended just as Get came"},
	{"break-wakes-put", "deaf to Break", changed("mutex.ring", func(q aQueue) aQueue { return deaf{q} }), role.Goroutine, "hang"},
	{"break-wakes-get", "deaf to Break", changed("mutex.ring", func(q aQueue) aQueue { return deaf{q} }), role.Goroutine, "hang"},
	{"cancels", "has a helper take the counterpart's place and does not say so", cancelling("chan"), role.Goroutine, "hang: 1 goroutines left"},
	{"broken-is-final", "accepts after Break", changed("mutex.ring", func(q aQueue) aQueue { return accepts{q} }), role.Goroutine, "after Break, a Put said"},
	{"broken-is-final", "deaf to Break when closed", changed("mutex.ring", func(q aQueue) aQueue { return &politely{aQueue: q} }), role.Goroutine, "after Close and Break, a Get said"},
	{"broken-is-final", "mended by Close", changed("mutex.ring", func(q aQueue) aQueue { return &mends{aQueue: q} }), role.Goroutine, "after Break and Close, a Get said"},
	{"broken-is-final", "full before it is broken", changed("chan.drop", func(q aQueue) aQueue { return &fullFirst{aQueue: q} }), role.Goroutine, "with 8 items, after Break, a Put said"},
	{"broken-is-final", "wakes as many as it had room for", changed("mutex.ring", func(q aQueue) aQueue { return &tired{aQueue: q} }), role.Goroutine, "hang: with 4 items, after Break, Put and Get"},
	{"broken-is-final", "closed while Get looks", swaying(), role.Goroutine, "ended just as Get came"},
	{"endings-repeat", "panics on the second Close", changed("mutex.ring", func(q aQueue) aQueue { return &once{aQueue: q} }), role.Goroutine, "close of closed channel"},
	{"nothing-left", "leaves a goroutine", changed("mutex.ring", leaks), role.Goroutine, "goroutines left"},
	{"nothing-left", "hangs in Release", changed("mutex.ring", func(q aQueue) aQueue { return stuck{q} }), role.Goroutine, "hang: released unused: Release"},
	{"nothing-left", "waits for its items to be taken", changed("mutex.ring", func(q aQueue) aQueue { return &awaitsDrain{strands: strands{aQueue: q}} }), role.Goroutine, "not ended, with items in it: 1 goroutines left"},
	{"nothing-left", "waits for its items to be taken when closed", changed("mutex.ring", func(q aQueue) aQueue { return &awaitsDrain{strands: strands{aQueue: q}, ifClosed: true} }), role.Goroutine, "closed, with items in it: 1 goroutines left"},
	{"nothing-left", "leaves a goroutine when broken after Close", changed("mutex.ring", func(q aQueue) aQueue { return &strands{aQueue: q} }), role.Goroutine, "with items in it: 1 goroutines left"},
}

func TestDoubles(t *testing.T) {
	all := append(doubles, crossingDoubles()...)
	var tested []lawtest.Double[queuetest.Subject]
	for _, d := range all {
		tested = append(tested, lawtest.Double[queuetest.Subject]{Law: d.law, Name: d.name, Subject: queuetest.Subject{Variant: d.variant, As: d.as}, Want: d.want})
	}
	var untried []string
	if crossingDoubles() == nil {
		untried = []string{"kill-survived"}
	}
	lawtest.Doubles(t, queuetest.Laws(), tested, untried...)
}

// crossingDoubles are those made from a variant that this platform may lack.
func crossingDoubles() []double {
	for _, v := range queue.Variants[item]() {
		if v.Name == "pipe.frame" {
			return []double{
				{"nothing-left", "leaves its descriptors", unreleased(v), role.Goroutine, "descriptors left"},
				{"kill-survived", "flips a bit in every 7th item", changed(v.Name, func(q aQueue) aQueue { return &tears{aQueue: q} }), role.Process, "torn items"},
			}
		}
	}
	return nil
}

func genuine(name string) variant {
	for _, v := range queue.Variants[item]() {
		if v.Name == name {
			return v
		}
	}
	panic("no variant " + name)
}

// changed is a genuine variant with something between it and its user.
func changed(name string, change func(aQueue) aQueue) variant {
	v := genuine(name)
	make := v.New
	v.New = func(capacity int) (aQueue, error) {
		q, err := make(capacity)
		if err != nil {
			return nil, err
		}
		return change(q), nil
	}
	return v
}

// claims is a genuine variant that says something else of itself.
func claims(name string, o patterns.Overflow) variant {
	v := genuine(name)
	v.Overflow = o
	return v
}

// cancelling is a genuine variant that says that it cancels.
func cancelling(name string) variant {
	v := genuine(name)
	v.Cancels = true
	return v
}

// restless keeps a CPU while it waits.
type restless struct{ aQueue }

func (q restless) Get() (item, error) {
	var there atomic.Bool
	defer there.Store(true)
	go func() {
		for !there.Load() {
			runtime.Gosched()
		}
	}()
	return q.aQueue.Get()
}

// unbounded claims to be bounded.
func unbounded() variant {
	v := claims("mutex.slice", patterns.Block)
	v.MinCapacity = 1
	return v
}

func roundsUp() variant {
	v := genuine("mutex.ring")
	make := v.New
	v.New = func(capacity int) (aQueue, error) { return make(max(capacity, v.MinCapacity)) }
	return v
}

func shared() variant {
	v := genuine("mutex.ring")
	q, err := v.New(64)
	v.New = func(int) (aQueue, error) { return q, err }
	return v
}

func stack() variant {
	v := genuine("mutex.slice")
	v.New = func(int) (aQueue, error) {
		s := &lifo{}
		s.changed.L = &s.mu
		return s, nil
	}
	return v
}

func refuses() variant {
	v := claims("chan.drop", patterns.Grow)
	make := v.New
	v.New = func(int) (aQueue, error) { return make(1000) }
	return v
}

// keepsOld refuses in silence what it should make room for.
func keepsOld() variant {
	v := claims("chan.drop", patterns.DropOldest)
	make := v.New
	v.New = func(capacity int) (aQueue, error) {
		q, err := make(capacity)
		return &silent{aQueue: q}, err
	}
	return v
}

type silent struct {
	aQueue
	dropped atomic.Int64
}

func (q *silent) Put(i item) error {
	err := q.aQueue.Put(i)
	if err == queue.ErrDropped {
		q.dropped.Add(1)
		return nil
	}
	return err
}

func (q *silent) Dropped() int { return int(q.dropped.Load()) }

func unreleased(v variant) variant {
	var forgotten []aQueue // or the garbage collector would release it after all
	return changed(v.Name, func(q aQueue) aQueue {
		forgotten = append(forgotten, q)
		return keeps{q}
	})
}

// every7th says yes to each seventh caller.
type every7th struct{ n atomic.Int64 }

func (e *every7th) now() bool { return e.n.Add(1)%7 == 0 }

type loses struct {
	aQueue
	every7th
}

func (q *loses) Put(i item) error {
	if q.now() {
		return nil
	}
	return q.aQueue.Put(i)
}

type repeats struct {
	aQueue
	every7th
	mu    sync.Mutex
	again []item
}

func (q *repeats) Get() (item, error) {
	q.mu.Lock()
	if len(q.again) > 0 {
		i := q.again[0]
		q.again = nil
		q.mu.Unlock()
		return i, nil
	}
	q.mu.Unlock()
	i, err := q.aQueue.Get()
	if err == nil && q.now() {
		q.mu.Lock()
		q.again = []item{i}
		q.mu.Unlock()
	}
	return i, err
}

type tears struct {
	aQueue
	every7th
}

func (q *tears) Get() (item, error) {
	i, err := q.aQueue.Get()
	if err == nil && q.now() {
		i.Rest[3] ^= 1
	}
	return i, err
}

// Export lets the other side be a process, and genuine.
func (q *tears) Export(s queue.Side) (role.Wire, error) { return q.aQueue.(queue.Exporter).Export(s) }

// endsAtZero takes an item in which no bit is set for what a closed channel gives.
type endsAtZero struct{ aQueue }

func (q endsAtZero) Get() (item, error) {
	i, err := q.aQueue.Get()
	if err == nil && i == (item{}) {
		err = queue.ErrBroken
	}
	return i, err
}

// swaps gives the second item first and then the first.
type swaps struct {
	aQueue
	mu   sync.Mutex
	held []item
}

func (q *swaps) Get() (item, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.held) > 0 {
		i := q.held[0]
		q.held = nil
		return i, nil
	}
	first, err := q.aQueue.Get()
	if err != nil {
		return first, err
	}
	second, err := q.aQueue.Get()
	if err != nil {
		return first, nil
	}
	q.held = []item{first}
	return second, nil
}

// lifo is a stack.
type lifo struct {
	mu      sync.Mutex
	changed sync.Cond
	items   []item
	closed  bool
}

func (s *lifo) Put(i item) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = append(s.items, i)
	s.changed.Signal()
	return nil
}

func (s *lifo) Get() (i item, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.items) == 0 {
		if s.closed {
			return i, queue.ErrClosed
		}
		s.changed.Wait()
	}
	last := len(s.items) - 1
	i, s.items = s.items[last], s.items[:last]
	return i, nil
}

func (s *lifo) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.changed.Broadcast()
}

func (s *lifo) Break()         { s.Close() }
func (s *lifo) Release() error { return nil }

// forgets drains nothing.
type forgets struct {
	aQueue
	closed atomic.Bool
}

func (q *forgets) Get() (item, error) {
	if q.closed.Load() {
		return item{}, queue.ErrClosed
	}
	return q.aQueue.Get()
}

func (q *forgets) Close() {
	q.closed.Store(true)
	q.aQueue.Close()
}

// deaf does not hear Break.
type deaf struct{ aQueue }

func (deaf) Break() {}

// accepts says yes to whatever comes after Break.
type accepts struct{ aQueue }

func (q accepts) Put(i item) error {
	q.aQueue.Put(i)
	return nil
}

// once ends as a channel does.
type once struct {
	aQueue
	done chan struct{}
}

func (q *once) Close() {
	if q.done == nil {
		q.done = make(chan struct{})
	}
	close(q.done)
	q.aQueue.Close()
}

// leaks starts a goroutine that nobody ends.
func leaks(q aQueue) aQueue {
	go func() { select {} }()
	return q
}

// keeps never gives back what it holds.
type keeps struct{ aQueue }

func (keeps) Release() error { return nil }

func (q keeps) Export(s queue.Side) (role.Wire, error) { return q.aQueue.(queue.Exporter).Export(s) }
