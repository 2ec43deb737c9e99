package lifecycletest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/lifecycle"
	"crossover/patterns/lifecycle/lifecycletest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

type (
	variant = lifecycle.Variant
	worker  = lifecycle.Worker
	end     = lifecycle.End
)

// double is a variant that breaks one law on purpose.
type double struct {
	law  string
	name string // what is wrong with it
	variant
	want string // is in the error
}

var doubles = []double{
	{"place-as-said", "a goroutine said to be a process", claims("context", func(v *variant) { v.As = role.Process }), "the variant runs as process"},
	{"place-as-said", "a goroutine said to be a thread", claims("context", func(v *variant) { v.As = role.Thread }), "the variant runs as thread"},
	{"place-as-said", "a thread said to be a goroutine", claims("thread", func(v *variant) { v.As = role.Goroutine }), "the variant runs as goroutine"},
	{"alive-until-joined", "never at work", neverAtWork("context"), "hang: waiting for Start"},
	{"alive-until-joined", "waits when it asks", changed("context", func(w worker) worker { return persuades{w} }), "hang: waiting for Ask"},
	{"alive-until-joined", "never alive", changed("context", func(w worker) worker { return dead{w} }), "at work and not alive"},
	{"alive-until-joined", "alive for ever", changed("context", func(w worker) worker { return immortal{w} }), "joined and alive"},
	{"alive-until-joined", "joined too early", changed("context", func(w worker) worker { return hasty{w} }), "at work and Join has returned"},
	{"alive-until-joined", "joined as soon as asked", changed("context", func(w worker) worker { return &yields{remembers{worker: w}} }), "at work and Join has returned"},
	{"alive-until-joined", "done a while after it was asked", changed("done.chan", expiring), "at work and Done is closed"},
	{"alive-until-joined", "never done", changed("context", func(w worker) worker { return endless{w} }), "hang: waiting for Done"},
	{"end-reported", "says nothing of a failure", told("context", func(e end) end { return end{} }), "was to fail and ended with code 0"},
	{"end-reported", "takes a panic for a failure", told("done.chan", func(e end) end { return end{Code: min(e.Code, 1), Err: e.Err} }), "was to panic and ended with code 1"},
	{"end-reported", "takes a panic with an error for a failure", told("context", failureIfError), "was to panic with an error and ended with code 1"},
	{"end-reported", "takes an error without a text for none", told("context", successIfMute), "was to fail without a text and ended with code 0"},
	{"end-reported", "has no room for a long error", told("done.chan", shortened), "was to fail with a long text and ended with code 1"},
	{"end-reported", "keeps the code only", told("errgroup", func(e end) end { return end{Code: e.Code, Err: nil} }), "and the error <nil>"},
	{"end-reported", "keeps the text only", told("context", textOnly), "was to panic and ended with code 2, *errors.errorString"},
	{"ask-stops", "deaf to Ask", changed("context", func(w worker) worker { return deaf{w} }), "hang: waiting for Stop"},
	{"ask-stops", "takes it for a failure", told("context", func(e end) end { return end{Code: 1, Err: errors.New("interrupted")} }), "was asked to stop and ended with code 1"},
	{"ask-stops", "takes it that all is well who was asked", changed("context", func(w worker) worker { return &trusts{remembers{worker: w}} }), "failed later and ended with code 0"},
	{"ask-at-once", "deaf when young", changed("context", func(w worker) worker { return &young{worker: w} }), "hang: waiting for Stop"},
	{"endings-repeat", "panics on the second Ask", changed("context", func(w worker) worker { return &once{worker: w, asked: make(chan struct{})} }), "close of closed channel"},
	{"endings-repeat", "complains of a worker that has ended", changed("context", func(w worker) worker { return fussy{w} }), "no such worker"},
	{"endings-repeat", "tells everybody something else", changed("context", func(w worker) worker { return &fickle{worker: w} }), "not all were told the same end"},
	{"endings-repeat", "tells of a failure once", changed("context", func(w worker) worker { return &tellsOnce{worker: w} }), "finished by many: not all were told the same end"},
	{"endings-repeat", "asks whoever runs", shared("context"), "reached the next"},
	{"workers-separate", "asks all", allAtOnce("context"), "has ended and nobody asked it"},
	{"unstoppable-said", "says that it has stopped", changed("context", func(w worker) worker { return lies{w} }), "was said to have stopped"},
	{"nothing-left", "leaves a goroutine", changed("context", leaks), "hang: "},
}

func TestDoubles(t *testing.T) {
	all := append(doubles, platformDoubles()...)
	var tested []lawtest.Double[lifecycletest.Variant]
	for _, d := range all {
		tested = append(tested, lawtest.Double[lifecycletest.Variant]{Law: d.law, Name: d.name, Subject: lifecycletest.Variant{Variant: d.variant}, Want: d.want})
	}
	var untried []string
	if platformDoubles() == nil {
		untried = []string{"crash-reported", "kill-ends", "grace-then-kill"}
	}
	lawtest.Doubles(t, lifecycletest.Laws(), tested, untried...)
}

// genuine is the variant of that name.
func genuine(name string) variant {
	all := lifecycle.Variants()
	return all[slices.IndexFunc(all, func(v variant) bool { return v.Name == name })]
}

// claims is a genuine variant that says something else of itself.
func claims(name string, change func(*variant)) variant {
	v := genuine(name)
	change(&v)
	return v
}

// starter is a starter with something between it and its user.
type starter struct {
	lifecycle.Starter
	change func(worker) worker
}

func (s *starter) Start(t *lifecycle.Task) (worker, error) {
	w, err := s.Starter.Start(t)
	if err != nil {
		return nil, err
	}
	return s.change(w), nil
}

// changed is a genuine variant with something between its workers and their user.
func changed(name string, change func(worker) worker) variant {
	v := genuine(name)
	build := v.New
	v.New = func(o lifecycle.Options) lifecycle.Starter { return &starter{build(o), change} }
	return v
}

func neverAtWork(name string) variant {
	return changed(name, func(worker) worker { select {} })
}

// told is a genuine variant whose ends are told differently.
func told(name string, tell func(end) end) variant {
	return changed(name, func(w worker) worker { return teller{w, tell} })
}

type teller struct {
	worker
	tell func(end) end
}

func (w teller) Join() end { return w.tell(w.worker.Join()) }

func textOnly(e end) end {
	if e.Err != nil {
		e.Err = errors.New(e.Err.Error())
	}
	return e
}

// failureIfError takes a panic with an error for the error.
func failureIfError(e end) end {
	var p *role.PanicError
	if errors.As(e.Err, &p) {
		if err, ok := p.Value.(error); ok {
			return end{Code: 1, Err: err}
		}
	}
	return e
}

// successIfMute takes an error that says nothing for none.
func successIfMute(e end) end {
	if e.Err != nil && e.Err.Error() == "" {
		return end{}
	}
	return e
}

// shortened has room for an error's first bytes only.
func shortened(e end) end {
	if e.Err != nil && len(e.Err.Error()) > 1<<16 {
		e.Err = errors.New(e.Err.Error()[:1<<16])
	}
	return e
}

// remembers whether it was asked.
type remembers struct {
	worker
	asked atomic.Bool
}

func (w *remembers) Ask() error {
	w.asked.Store(true)
	return w.worker.Ask()
}

// trusts that a worker that was asked has stopped because of it.
type trusts struct{ remembers }

func (w *trusts) Join() end {
	e := w.worker.Join()
	if w.asked.Load() {
		return end{}
	}
	return e
}

type dead struct{ worker }

func (dead) Alive() bool { return false }

type immortal struct{ worker }

func (immortal) Alive() bool { return true }

type hasty struct{ worker }

func (w hasty) Join() end {
	go w.worker.Join()
	return end{}
}

// yields waits for nobody who was asked.
type yields struct{ remembers }

func (w *yields) Join() end {
	if w.asked.Load() && w.Alive() {
		return end{}
	}
	return w.worker.Join()
}

// expires says that a worker has ended some time after it was asked.
type expires struct {
	worker
	over context.Context
	end  func()
}

func expiring(w worker) worker {
	over, end := context.WithCancel(context.Background())
	go func() {
		<-w.Done()
		end()
	}()
	return expires{w, over, end}
}

func (w expires) Ask() error {
	time.AfterFunc(30*time.Millisecond, w.end)
	return w.worker.Ask()
}

func (w expires) Done() <-chan struct{} { return w.over.Done() }

type endless struct{ worker }

func (endless) Done() <-chan struct{} { return nil }

type deaf struct{ worker }

func (deaf) Ask() error { return nil }

// persuades waits, when it asks, until the worker has stopped.
type persuades struct{ worker }

func (w persuades) Ask() error {
	err := w.worker.Ask()
	<-w.Done()
	return err
}

// young does not hear the first that it is asked.
type young struct {
	worker
	first sync.Once
}

func (w *young) Ask() (err error) {
	heard := true
	w.first.Do(func() { heard = false })
	if heard {
		err = w.worker.Ask()
	}
	return err
}

type once struct {
	worker
	asked chan struct{}
}

func (w *once) Ask() error {
	close(w.asked)
	return w.worker.Ask()
}

type fussy struct{ worker }

func (w fussy) Ask() error {
	if !w.Alive() {
		return errors.New("no such worker")
	}
	return w.worker.Ask()
}

type fickle struct {
	worker
	mu   sync.Mutex
	told int
}

func (w *fickle) Join() end {
	w.worker.Join()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told++
	if w.told == 1 {
		return end{}
	}
	return end{Code: 1, Err: fmt.Errorf("joined %d times", w.told)}
}

// tellsOnce tells the first who joins how it ended, and others that all was well.
type tellsOnce struct {
	worker
	told atomic.Bool
}

func (w *tellsOnce) Join() end {
	e := w.worker.Join()
	if w.told.Swap(true) {
		return end{}
	}
	return e
}

// group is what the workers of one starter know of each other.
type group struct {
	mu      sync.Mutex
	workers []worker
}

type member struct {
	worker
	*group
	ask func([]worker, worker) error
}

func (m member) Ask() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ask(m.workers, m.worker)
}

func grouped(name string, ask func(all []worker, self worker) error) variant {
	v := genuine(name)
	build := v.New
	v.New = func(o lifecycle.Options) lifecycle.Starter {
		g := &group{}
		return &starter{build(o), func(w worker) worker {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.workers = append(g.workers, w)
			return member{w, g, ask}
		}}
	}
	return v
}

// shared asks whoever has the place of the worker now: the last that was started.
func shared(name string) variant {
	return grouped(name, func(all []worker, _ worker) error { return all[len(all)-1].Ask() })
}

func allAtOnce(name string) variant {
	return grouped(name, func(all []worker, _ worker) (err error) {
		for _, w := range all {
			err = errors.Join(err, w.Ask())
		}
		return err
	})
}

type lies struct{ worker }

func (lies) Kill() error           { return nil }
func (lies) Done() <-chan struct{} { return nil }
func (w lies) Join() end           { return end{} }

func leaks(w worker) worker {
	go func() { select {} }()
	return w
}
