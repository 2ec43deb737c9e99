package pipetest_test

import (
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/pipe"
	"crossover/patterns/pipe/pipetest"
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
	pipe.Variant
	as   role.As
	want string // is in the error
}

var doubles = []double{
	{"pipes-separate", "same pipe each time", shared(), role.Goroutine, "from the o"},
	{"messages-whole", "flips a bit in every 7th message", changed("mutex.ring", func(e pipe.End) pipe.End { return &tears{End: e} }), role.Goroutine, "were torn"},
	{"messages-whole", "takes no message for the end", changed("mutex.ring", func(e pipe.End) pipe.End { return skipsEmpty{e} }), role.Goroutine, "were torn"},
	{"messages-whole", "cuts what is a little too large", changed("mutex.ring", func(e pipe.End) pipe.End { return cuts{e, 600, 1000} }), role.Goroutine, "were torn"},
	{"messages-whole", "cuts what is much too large", changed("mutex.ring", func(e pipe.End) pipe.End { return cuts{e, 5000, 6000} }), role.Goroutine, "were torn"},
	{"messages-whole", "mixes up pages", changed("mutex.ring", func(e pipe.End) pipe.End { return shuffles{e} }), role.Goroutine, "were torn"},
	{"nothing-lost", "loses every 7th message", changed("mutex.ring", func(e pipe.End) pipe.End { return &loses{End: e} }), role.Goroutine, "never arrived"},
	{"messages-whole", "counts a length in three bytes", changed("mutex.ring", func(e pipe.End) pipe.End { return wraps{e} }), role.Goroutine, "were torn"},
	{"nothing-lost", "loses message 5000", changed("mutex.ring", func(e pipe.End) pipe.End { return &tires{End: e} }), role.Goroutine, "never arrived"},
	{"nothing-twice", "repeats every 7th message", changed("mutex.ring", func(e pipe.End) pipe.End { return &repeats{End: e} }), role.Goroutine, "arrived twice"},
	{"order-kept", "swaps neighbours", changed("mutex.ring", func(e pipe.End) pipe.End { return &swaps{End: e} }), role.Goroutine, "after message"},
	{"both-ways", "one lock over both directions", oneLock(), role.Goroutine, "hang"},
	{"replies-match", "swaps neighbours", changed("mutex.ring", func(e pipe.End) pipe.End { return &answersLate{End: e} }), role.Goroutine, "wrong replies"},
	{"messages-kept", "keeps the sender's memory", keepsMemory(), role.Goroutine, "was written over"},
	{"messages-kept", "lends its memory to a few lengths", changed("mutex.ring", func(e pipe.End) pipe.End { return &lends{End: e, over: 600, under: 1000} }), role.Goroutine, "was written over"},
	{"messages-kept", "lends its memory to large ones", changed("mutex.ring", func(e pipe.End) pipe.End { return &lends{End: e, over: 64 << 10, under: 1 << 20} }), role.Goroutine, "was written over"},
	{"messages-kept", "lends its memory where the buffer is too small", changed("mutex.ring", func(e pipe.End) pipe.End { return &lendsMore{End: e} }), role.Goroutine, "was written over"},
	{"messages-kept", "goes on using a buffer that it was given", changed("mutex.ring", func(e pipe.End) pipe.End { return &clings{End: e} }), role.Goroutine, "was written over"},
	{"buffer-used", "returns new memory", changed("mutex.ring", func(e pipe.End) pipe.End { return wasteful{e} }), role.Goroutine, "was not put into the buffer"},
	{"ahead", "has less room than it says", claims("mailbox.park", func(v *pipe.Variant) { v.Ahead *= 2 }), role.Goroutine, "hang"},
	{"waits-idle", "spins and does not say so", claims("mailbox.spin", func(v *pipe.Variant) { v.Spins = false }), role.Goroutine, "somebody was running"},
	{"bounded", "grows", changed("mutex.ring", func(e pipe.End) pipe.End { return grows{e} }), role.Goroutine, "none received"},
	{"close-drains", "forgets its messages on Close", forgetful(0), role.Goroutine, "messages arrived"},
	{"close-drains", "forgets the last one on Close", forgetful(genuine("mutex.ring").Ahead - 1), role.Goroutine, "messages arrived"},
	{"close-drains", "ends with ErrBroken", changed("mutex.ring", func(e pipe.End) pipe.End { return abrupt{e} }), role.Goroutine, "and then \"broken\""},
	{"close-drains", "wakes only who sleeps already", drowsy(), role.Goroutine, "hang: ended just as Receive came"},
	{"close-is-half", "closes both ways", closesBoth(), role.Goroutine, "pipe is broken"},
	{"break-wakes-send", "deaf to Break", changed("mutex.ring", func(e pipe.End) pipe.End { return deaf{e} }), role.Goroutine, "hang"},
	{"break-wakes-send", "deaf to Break in Close", deafInClose(), role.Goroutine, "hang: joining who closes"},
	{"break-wakes-receive", "deaf to Break", changed("mutex.ring", func(e pipe.End) pipe.End { return deaf{e} }), role.Goroutine, "hang"},
	{"break-crosses", "deaf to Break", changed("mutex.ring", func(e pipe.End) pipe.End { return deaf{e} }), role.Goroutine, "hang"},
	{"break-crosses", "says EOF for it", changed("mutex.ring", func(e pipe.End) pipe.End { return politely{e} }), role.Goroutine, "want \"broken\""},
	{"break-crosses", "accepts what comes later", oblivious(), role.Goroutine, "want \"broken\""},
	{"broken-is-final", "accepts after Break", changed("mutex.ring", func(e pipe.End) pipe.End { return accepts{e} }), role.Goroutine, "after Break, Send said"},
	{"broken-is-final", "gives what it has read before", changed("mutex.ring", func(e pipe.End) pipe.End { return &remembers{End: e} }), role.Goroutine, "after Break, Receive said"},
	{"broken-is-final", "stays at the end it has seen", changed("mutex.ring", func(e pipe.End) pipe.End { return &settled{End: e} }), role.Goroutine, "after io.EOF and Break, Receive said"},
	{"break-crosses", "wakes only who sleeps already", drowsy(), role.Goroutine, "hang: ended just as Receive came"},
	{"break-crosses", "closed while Receive looks", swaying(), role.Goroutine, "ended just as Receive came"},
	{"break-crosses", "mended by Close", mended(), role.Goroutine, "after Break and Close: the party ended with \"closed\""},
	{"broken-is-final", "mended by Close", mended(), role.Goroutine, "after Break and Close, Receive said"},
	{"endings-repeat", "panics on the second Close", changed("mutex.ring", func(e pipe.End) pipe.End { return &once{End: e} }), role.Goroutine, "close of closed channel"},
	{"nothing-left", "reads on in a goroutine", changed("mutex.ring", func(e pipe.End) pipe.End { return &readsOn{End: e} }), role.Goroutine, "with messages in it: 1 goroutines left"},
	{"nothing-left", "leaves a goroutine", changed("mutex.ring", leaks), role.Goroutine, "goroutines left"},
}

func TestDoubles(t *testing.T) {
	all := append(doubles, crossingDoubles()...)
	var tested []lawtest.Double[pipetest.Subject]
	for _, d := range all {
		tested = append(tested, lawtest.Double[pipetest.Subject]{Law: d.law, Name: d.name, Subject: pipetest.Subject{Variant: d.Variant, As: d.as}, Want: d.want})
	}
	var untried []string
	if crossingDoubles() == nil {
		untried = []string{"kill-survived", "handed-on"}
	}
	lawtest.Doubles(t, pipetest.Laws(), tested, untried...)
}

// crossingDoubles are those made from a variant that this platform may lack.
func crossingDoubles() []double {
	for _, v := range pipe.Variants() {
		if v.Name == "os.pipe" {
			return []double{
				{"nothing-left", "leaves its descriptors", unreleased(v.Name), role.Goroutine, "descriptors left"},
				{"handed-on", "repeats the last message to a newcomer", changed(v.Name, func(e pipe.End) pipe.End { return &haunts{End: e} }), role.Process, "wrong replies"},
				{"kill-survived", "flips a bit in every 7th message", changed(v.Name, func(e pipe.End) pipe.End { return &tears{End: e} }), role.Process, "what was not sent so"},
				{"kill-survived", "takes a death for the end", changed(v.Name, func(e pipe.End) pipe.End { return politely{e} }), role.Process, "want \"broken\""},
				{"kill-survived", "keeps a copy of the other end", unreleased(v.Name), role.Process, "hang"},
			}
		}
	}
	return nil
}

func genuine(name string) pipe.Variant {
	for _, v := range pipe.Variants() {
		if v.Name == name {
			return v
		}
	}
	panic("no variant " + name)
}

// changed is a genuine variant with something between each end and its user.
func changed(name string, change func(pipe.End) pipe.End) pipe.Variant {
	v := genuine(name)
	make := v.New
	v.New = func() (pipe.End, pipe.End, error) {
		a, b, err := make()
		if err != nil {
			return nil, nil, err
		}
		return change(a), change(b), nil
	}
	return v
}

// claims is a genuine variant that says something else of itself.
func claims(name string, claim func(*pipe.Variant)) pipe.Variant {
	v := genuine(name)
	claim(&v)
	return v
}

func shared() pipe.Variant {
	v := genuine("mutex.ring")
	a, b, err := v.New()
	v.New = func() (pipe.End, pipe.End, error) { return a, b, err }
	return v
}

// export lets the other side of a double be a process, and genuine.
func export(e pipe.End) (role.Wire, error) { return e.(pipe.Exporter).Export() }

// every7th says yes to each seventh caller.
type every7th struct{ n atomic.Int64 }

func (e *every7th) now() bool { return e.n.Add(1)%7 == 0 }

// tires loses one message, late.
type tires struct {
	pipe.End
	n int
}

func (e *tires) Send(m []byte) error {
	if e.n++; e.n == 5000 {
		return nil
	}
	return e.End.Send(m)
}

type loses struct {
	pipe.End
	every7th
}

func (e *loses) Send(m []byte) error {
	if e.now() {
		return nil
	}
	return e.End.Send(m)
}

type repeats struct {
	pipe.End
	every7th
}

func (e *repeats) Send(m []byte) error {
	if e.now() {
		e.End.Send(m)
	}
	return e.End.Send(m)
}

type tears struct {
	pipe.End
	every7th
}

func (e *tears) Receive(buf []byte) ([]byte, error) {
	m, err := e.End.Receive(buf)
	if e.now() && len(m) > 0 {
		m[len(m)-1] ^= 1
	}
	return m, err
}

func (e *tears) Export() (role.Wire, error) { return export(e.End) }

// haunts leaves a message behind when its end is handed on.
type haunts struct {
	pipe.End
	last []byte
}

func (e *haunts) Send(m []byte) error {
	e.last = append([]byte{}, m...)
	return e.End.Send(m)
}

func (e *haunts) Export() (role.Wire, error) {
	e.End.Send(e.last)
	return export(e.End)
}

// skipsEmpty does as somebody does who takes a read of no bytes for nothing.
type skipsEmpty struct{ pipe.End }

func (e skipsEmpty) Send(m []byte) error {
	if len(m) == 0 {
		return nil
	}
	return e.End.Send(m)
}

// swaps sends the second message first and then the first.
type swaps struct {
	pipe.End
	held []byte
}

func (e *swaps) Send(m []byte) error {
	if e.held == nil {
		e.held = append([]byte{}, m...)
		return nil
	}
	err := e.End.Send(m)
	if err == nil {
		err = e.End.Send(e.held)
	}
	e.held = nil
	return err
}

func (e *swaps) Close() {
	if e.held != nil {
		e.End.Send(e.held)
	}
	e.End.Close()
}

// answersLate repeats the first message it was given.
type answersLate struct {
	pipe.End
	first []byte
}

func (e *answersLate) Send(m []byte) error {
	if e.first == nil {
		e.first = append([]byte{}, m...)
	}
	if len(m) != len(e.first) {
		return e.End.Send(m)
	}
	return e.End.Send(e.first)
}

// oneLock lets an end send or receive, not both.
func oneLock() pipe.Variant {
	return changed("mutex.ring", func(e pipe.End) pipe.End { return &locked{End: e} })
}

type locked struct {
	pipe.End
	mu sync.Mutex
}

func (e *locked) Send(m []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.End.Send(m)
}

func (e *locked) Receive(buf []byte) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.End.Receive(buf)
}

// plain is a channel of slices with nothing copied, one way: from a to b.
type plain struct {
	pipe.End // the genuine one, for endings
	messages chan []byte
}

func (e plain) Send(m []byte) error {
	e.messages <- m
	return nil
}

func (e plain) Receive([]byte) ([]byte, error) { return <-e.messages, nil }

func keepsMemory() pipe.Variant {
	v := genuine("chan.buffered")
	make_ := v.New
	v.New = func() (pipe.End, pipe.End, error) {
		a, b, err := make_()
		messages := make(chan []byte, 64)
		return plain{a, messages}, plain{b, messages}, err
	}
	return v
}

type wasteful struct{ pipe.End }

func (e wasteful) Receive([]byte) ([]byte, error) { return e.End.Receive(nil) }

// grows takes whatever comes.
type grows struct{ pipe.End }

func (grows) Send([]byte) error { return nil }

// leaks starts a goroutine that nobody ends.
func leaks(e pipe.End) pipe.End {
	go func() { select {} }()
	return e
}

// unreleased never gives back what it holds.
func unreleased(name string) pipe.Variant {
	var forgotten []pipe.End // or the garbage collector would release it after all
	return changed(name, func(e pipe.End) pipe.End {
		forgotten = append(forgotten, e)
		return keeps{e}
	})
}

type keeps struct{ pipe.End }

func (keeps) Release() error { return nil }

func (e keeps) Export() (role.Wire, error) { return export(e.End) }
