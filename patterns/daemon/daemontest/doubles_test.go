package daemontest_test

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"crossover/patterns/daemon"
	"crossover/patterns/daemon/daemontest"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

type (
	variant = daemon.Variant
	aDaemon = daemon.Daemon
	report  = daemon.Report
)

// double is a variant that breaks one law on purpose.
type double struct {
	law  string
	name string // what is wrong with it
	variant
	want string // is in the error
}

func doubles() []double {
	all := []double{
		{"beats-counted", "counts one too many", changed("go", func(d aDaemon) aDaemon { return miscounts{d} }), "beats were done and"},
		{"beats-counted", "does not say when", changed("go", func(d aDaemon) aDaemon { return timeless{d} }), "beats are reported from"},
		{"beats-counted", "tires after 5 beats", begins("go", func(o *daemon.Options) { o.Beats = 5 }), "the worker is gone"},
		{"beats-counted", "goes on after Stop", changed("go", func(d aDaemon) aDaemon { return deaf{d} }), "hang: "},
		{"beats-paced", "does not pause", begins("go", func(o *daemon.Options) { o.Every = 1 }), "5 beats, one each 10ms, took"},
		{"ends-by-itself", "does not count its beats", begins("go", func(o *daemon.Options) { o.Beats = 0 }), "hang: "},
		{"ends-by-itself", "is one short", begins("go", func(o *daemon.Options) { o.Beats-- }), "the worker ended after 2 beats"},
		{"ends-by-itself", "always says done", changed("go", func(d aDaemon) aDaemon { return done{d} }), "the worker is at work and Done is closed"},
		{"failure-reported", "says nothing of it", changed("go", func(d aDaemon) aDaemon { return silent{d} }), "a beat was to fail and Stop returned"},
		{"failure-reported", "keeps the text only", changed("go.join", func(d aDaemon) aDaemon { return texts{d} }), "a beat was to panic and Stop returned"},
		{"failure-reported", "takes a panic with an error for a failure", changed("go", func(d aDaemon) aDaemon { return faults{d} }), "a beat was to panic with an error and Stop returned"},
		{"failure-reported", "takes one that left for one at work", changed("go", func(d aDaemon) aDaemon { return expects{d} }), "hang: waiting for Done to be closed"},
		{"stop-drains", "does not wait", changed("go", func(d aDaemon) aDaemon { return hasty{d} }), "with a beat in hand"},
		{"stop-drains", "done as soon as it is asked", changed("go", ending), "with a beat in hand Done is closed"},
		{"stop-at-once", "takes it for a failure", changed("go", func(d aDaemon) aDaemon { return touchy{d} }), "nothing done yet"},
		{"stop-repeats", "reports once", changed("go", func(d aDaemon) aDaemon { return &once{aDaemon: d} }), "and 0 reported"},
		{"stop-repeats", "panics on the second Stop", changed("go", func(d aDaemon) aDaemon { return &breaks{aDaemon: d, stopped: make(chan struct{})} }), "close of closed channel"},
		{"deadline-kept", "waits for ever", changed("go.drain", func(d aDaemon) aDaemon { return patient{d} }), "hang: "},
		{"deadline-kept", "does not wait", changed("go.drain", func(d aDaemon) aDaemon { return leaves{d, daemon.ErrDeadline} }), "with a beat that ends: "},
		{"deadline-kept", "does not say so", changed("go.drain", func(d aDaemon) aDaemon { return leaves{d, nil} }), "Leave returned no error"},
		{"nothing-left", "leaves a goroutine", changed("go", leaks), "hang: "},

		{"main-return", "does not wait", changed("go.join", func(d aDaemon) aDaemon { return leaves{d, nil} }), "to be seen: finishes; "},
		{"main-return", "is said to drain and waits for all", claims("go.join", daemon.Return, daemon.Drains), "hang: "},
		{"main-return", "is said to finish and drains", claims("go.drain", daemon.Return, daemon.Finishes), "want all 3"},
		{"main-exit", "is said to survive", claims("go", daemon.Exit, daemon.Survives), "the worker is gone"},
		{"main-panic", "is said to be cut and is waited for", claims("go.join", daemon.Panic, daemon.Cut), "hang: to be seen: cut; waiting for the worker"},
		{"main-panic", "does not wait", changed("go.drain", func(d aDaemon) aDaemon { return leaves{d, nil} }), "it was cut"},
		{"main-sigterm", "does not catch it", changed("go.drain", func(d aDaemon) aDaemon { return surprised{d} }), "hang: "},
		{"main-sigterm", "lets go of the signal too soon", lettingGo("go.drain"), "it was cut"},
		{"main-sigterm", "is said to drain and is cut", claims("go", daemon.SIGTERM, daemon.Drains), "the worker is gone with a beat in hand: it was cut"},
		{"main-sigkill", "is said to drain and is cut", claims("go.drain", daemon.SIGKILL, daemon.Drains), "the worker is gone with a beat in hand: it was cut"},
	}
	for _, v := range daemon.Variants() {
		switch v.Name {
		case "child.eof":
			all = append(all,
				double{"crash-reported", "says nothing of it", changed(v.Name, func(d aDaemon) aDaemon { return silent{d} }), "a beat was to exit and Stop returned"},
				double{"stop-releases", "still catches the signal", begins("go.drain", func(*daemon.Options) { catch() }), "hang: waiting for main to leave"},
				double{"nothing-left", "leaves a descriptor", leavingFiles(v.Name), "descriptors left"},
				double{"main-sigkill", "is said to survive and goes with main", claims(v.Name, daemon.SIGKILL, daemon.Survives), "the worker is gone"},
			)
		case "child.join":
			all = append(all,
				double{"main-exit", "is said to be cut and survives", claims(v.Name, daemon.Exit, daemon.Cut), "hang: to be seen: cut; waiting for the worker"},
				double{"main-sigkill", "is said to be cut and survives", claims(v.Name, daemon.SIGKILL, daemon.Cut), "hang: to be seen: cut; waiting for the worker"},
				double{"main-return", "is said to survive and is waited for", claims(v.Name, daemon.Return, daemon.Survives), "hang: "},
			)
		case "child.detached":
			all = append(all, double{"main-return", "is said to be waited for and is not", claims(v.Name, daemon.Return, daemon.Finishes), "main did not wait"})
		}
	}
	for i := range all {
		all[i].Name = all[i].law + ": " + all[i].name // by which a main finds it
	}
	return all
}

// table is what main processes look doubles up in.
var table = daemontest.Register("doubles", func() (variants []daemon.Variant) {
	for _, d := range doubles() {
		variants = append(variants, d.variant)
	}
	return variants
})

func TestDoubles(t *testing.T) {
	subjects := daemontest.Subjects(table)
	// Where there are no processes, nobody can be main.
	laws := slices.DeleteFunc(daemontest.Laws(), func(law lawtest.Law[daemontest.Subject]) bool {
		return strings.HasPrefix(law.Name, "main-") && law.Excuse(subjects[0]) != ""
	})
	var tested []lawtest.Double[daemontest.Subject]
	for i, d := range doubles() {
		tested = append(tested, lawtest.Double[daemontest.Subject]{Law: d.law, Name: d.name, Subject: subjects[i], Want: d.want})
	}
	var untried []string
	if !slices.Contains(role.Executions(), role.Process) {
		untried = []string{"crash-reported", "stop-releases"}
	}
	lawtest.Doubles(t, laws, tested, untried...)
}

// genuine is the variant of that name.
func genuine(name string) variant {
	all := daemon.Variants()
	return all[slices.IndexFunc(all, func(v variant) bool { return v.Name == name })]
}

// claims is a genuine variant whose truth table says something else.
func claims(name string, e daemon.Ending, o daemon.Outcome) variant {
	v := genuine(name)
	v.Ends[e] = o // made anew at each call of Variants
	return v
}

// begins is a genuine variant that takes other options than it is given.
func begins(name string, change func(*daemon.Options)) variant {
	v := genuine(name)
	start := v.Start
	v.Start = func(t *daemon.Task, o daemon.Options) (aDaemon, error) {
		change(&o)
		return start(t, o)
	}
	return v
}

// changed is a genuine variant with something between it and its user.
func changed(name string, change func(aDaemon) aDaemon) variant {
	v := genuine(name)
	start := v.Start
	v.Start = func(t *daemon.Task, o daemon.Options) (aDaemon, error) {
		d, err := start(t, o)
		if err != nil {
			return nil, err
		}
		return change(d), nil
	}
	return v
}

type miscounts struct{ aDaemon }

func (d miscounts) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	r.Out++
	return r, err
}

// deaf waits for an end that nobody has asked for.
type deaf struct{ aDaemon }

func (d deaf) Stop() (report, error) {
	<-d.Done()
	return d.aDaemon.Stop()
}

type done struct{ aDaemon }

func (d done) Done() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

type silent struct{ aDaemon }

func (d silent) Stop() (report, error) {
	r, _ := d.aDaemon.Stop()
	return r, nil
}

type texts struct{ aDaemon }

func (d texts) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	if err != nil {
		err = errors.New(err.Error())
	}
	return r, err
}

// expects a worker that left by runtime.Goexit to come back.
type expects struct{ aDaemon }

func (d expects) Done() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		<-d.aDaemon.Done()
		if _, err := d.Stop(); err == nil || !strings.Contains(err.Error(), "runtime.Goexit") {
			close(done)
		}
	}()
	return done
}

// faults takes an error that a beat panicked with for one that it returned.
type faults struct{ aDaemon }

func (d faults) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	var p *role.PanicError
	if errors.As(err, &p) {
		if fault, ok := p.Value.(error); ok {
			err = fault
		}
	}
	return r, err
}

type timeless struct{ aDaemon }

func (d timeless) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	return report{Out: r.Out}, err
}

// ends says so when it is asked to.
type ends struct {
	aDaemon
	over context.Context
	end  func()
}

func ending(d aDaemon) aDaemon {
	over, end := context.WithCancel(context.Background())
	go func() {
		<-d.Done()
		end()
	}()
	return ends{d, over, end}
}

func (d ends) Done() <-chan struct{} { return d.over.Done() }

func (d ends) Stop() (report, error) {
	d.end()
	return d.aDaemon.Stop()
}

type hasty struct{ aDaemon }

func (d hasty) Stop() (report, error) {
	go d.aDaemon.Stop()
	return report{}, nil
}

type touchy struct{ aDaemon }

func (d touchy) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	if err == nil && r.Out == 0 {
		err = errors.New("nothing done yet")
	}
	return r, err
}

// once gives its report to the first who asks.
type once struct {
	aDaemon
	first sync.Once
}

func (d *once) Stop() (r report, err error) {
	r, err = d.aDaemon.Stop()
	given := report{}
	d.first.Do(func() { given = r })
	return given, err
}

type breaks struct {
	aDaemon
	stopped chan struct{}
}

func (d *breaks) Stop() (report, error) {
	close(d.stopped)
	return d.aDaemon.Stop()
}

// patient knows no deadline.
type patient struct{ aDaemon }

func (d patient) Leave() error {
	_, err := d.Stop()
	return err
}

// leaves does nothing when main leaves, and says what it likes.
type leaves struct {
	aDaemon
	says error
}

func (d leaves) Leave() error { return d.says }

// surprised does not hear of the signal that it catches.
type surprised struct{ aDaemon }

func (d surprised) Quit() <-chan struct{} { return nil }

// catch catches SIGTERM for good.
func catch() { signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM) }

// lettingGo is a genuine variant without its signal while it leaves.
func lettingGo(name string) variant {
	return changed(name, func(d aDaemon) aDaemon { return letsGo{d} })
}

type letsGo struct{ aDaemon }

func (d letsGo) Leave() error {
	signal.Reset(syscall.SIGTERM)
	return d.aDaemon.Leave()
}

func leaks(d aDaemon) aDaemon {
	go func() { select {} }()
	return d
}

// leavingFiles is a genuine variant that leaves descriptors, and not to the garbage
// collector, which would close them.
func leavingFiles(name string) variant {
	var kept []*os.File
	return changed(name, func(d aDaemon) aDaemon {
		f, err := os.Open(os.DevNull)
		if err != nil {
			panic(err)
		}
		kept = append(kept, f)
		return d
	})
}
