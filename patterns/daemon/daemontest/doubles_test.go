package daemontest_test

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

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
		{"place-as-said", "a goroutine said to be a process", placed("go", role.Process), "the variant runs as process"},
		{"place-as-said", "a goroutine said to be a thread", placed("go", role.Thread), "the variant runs as thread"},
		{"place-as-said", "takes a thread for a goroutine", begins("go", func(o *daemon.Options) { o.As = role.Goroutine }), "a worker as thread was accepted"},
		{"beats-counted", "counts one too many", changed("go", func(d aDaemon) aDaemon { return miscounts{d} }), "beats were done and"},
		{"beats-counted", "does not say when", changed("go", func(d aDaemon) aDaemon { return timeless{d} }), "beats are reported from"},
		{"beats-counted", "tires after 5 beats", begins("go", func(o *daemon.Options) { o.Beats = 5 }), "the worker is gone"},
		{"beats-counted", "goes on after Stop", changed("go", func(d aDaemon) aDaemon { return deaf{d} }), "hang: "},
		{"beats-counted", "goes with the thread that started it", bound("go"), "the worker is gone"},
		{"beats-paced", "does not pause", begins("go", func(o *daemon.Options) { o.Every = 1 }), "5 beats, one each 10ms, took"},
		{"ends-by-itself", "does not count its beats", begins("go", func(o *daemon.Options) { o.Beats = 0 }), "hang: "},
		{"ends-by-itself", "is one short", begins("go", func(o *daemon.Options) { o.Beats-- }), "the worker ended after 2 beats"},
		{"ends-by-itself", "always says done", changed("go", func(d aDaemon) aDaemon { return done{d} }), "the worker is at work and Done is closed"},
		{"ends-by-itself", "takes its end for that of Stop", changed("go", func(d aDaemon) aDaemon { return dates{d} }), "before it ended, by its report"},
		{"failure-reported", "counts the beat that failed", changed("go", func(d aDaemon) aDaemon { return generous{d} }), "2 beats were done, the third failed, and 3 are reported"},
		{"failure-reported", "tells of it once", changed("go", func(d aDaemon) aDaemon { return &tellsOnce{aDaemon: d} }), "a beat was to fail and Stop returned <nil>"},
		{"failure-reported", "says nothing of it", changed("go", func(d aDaemon) aDaemon { return silent{d} }), "a beat was to fail and Stop returned"},
		{"failure-reported", "keeps the text only", changed("go.join", func(d aDaemon) aDaemon { return texts{d} }), "a beat was to panic and Stop returned"},
		{"failure-reported", "takes a panic with an error for a failure", changed("go", func(d aDaemon) aDaemon { return faults{d} }), "a beat was to panic with an error and Stop returned"},
		{"failure-reported", "takes one that left for one at work", changed("go", func(d aDaemon) aDaemon { return expects{d} }), "hang: waiting for Done to be closed"},
		{"failure-reported", "forgets it when main leaves", changed("go.join", func(d aDaemon) aDaemon { return leaves{d, nil} }), "a beat was to fail and Leave returned"},
		{"stop-drains", "does not wait", changed("go", func(d aDaemon) aDaemon { return hasty{d} }), "with a beat in hand"},
		{"stop-drains", "done as soon as it is asked", changed("go", ending), "with a beat in hand Done is closed"},
		{"stop-drains", "does all its beats first", finishing("go"), "has begun another beat"},
		{"stop-at-once", "takes it for a failure", changed("go", func(d aDaemon) aDaemon { return touchy{d} }), "nothing done yet"},
		{"stop-repeats", "reports once", changed("go", func(d aDaemon) aDaemon { return &once{aDaemon: d} }), "and 0 reported"},
		{"stop-repeats", "panics on the second Stop", changed("go", func(d aDaemon) aDaemon { return &breaks{aDaemon: d, stopped: make(chan struct{})} }), "close of closed channel"},
		{"deadline-kept", "waits for ever", changed("go.drain", func(d aDaemon) aDaemon { return patient{d} }), "hang: "},
		{"deadline-kept", "does not wait", changed("go.drain", func(d aDaemon) aDaemon { return leaves{d, daemon.ErrDeadline} }), "with a beat that ends: "},
		{"deadline-kept", "is late for one that has ended", changed("go.drain", func(d aDaemon) aDaemon { return tosses{d} }), "with a worker that has ended: "},
		{"deadline-kept", "has patience from the start on", impatient("go.drain"), "with no beat in hand, and all its patience"},
		{"deadline-kept", "does not say so", changed("go.drain", func(d aDaemon) aDaemon { return leaves{d, nil} }), "Leave returned no error"},
		{"nothing-left", "leaves a goroutine", changed("go", leaks), "hang: "},

		{"main-return", "does not wait", changed("go.join", func(d aDaemon) aDaemon { return leaves{d, nil} }), "to be seen: finishes; "},
		{"main-return", "loses patience", impatient("go.join"), "main did not wait"},
		{"main-return", "is said to drain and waits for all", claims("go.join", daemon.Return, daemon.Drains), "hang: "},
		{"main-return", "is said to finish and drains", claims("go.drain", daemon.Return, daemon.Finishes), "want all 3"},
		{"main-exit", "is said to survive", claims("go", daemon.Exit, daemon.Survives), "the worker is gone"},
		{"main-panic", "is said to be cut and is waited for", claims("go.join", daemon.Panic, daemon.Cut), "hang: to be seen: cut; waiting for the worker"},
		{"main-panic", "does not wait", changed("go.drain", func(d aDaemon) aDaemon { return leaves{d, nil} }), "it was cut"},
		{"main-sigterm", "does not catch it", changed("go.drain", func(d aDaemon) aDaemon { return surprised{d} }), "hang: "},
		{"main-sigterm", "catches it once somebody looks", changed("go.drain", func(d aDaemon) aDaemon { signal.Reset(syscall.SIGTERM); return &late{aDaemon: d} }), "it was cut"},
		{"main-sigterm", "tells one of those who wait for it", changed("go.drain", func(d aDaemon) aDaemon { return &tells{aDaemon: d} }), "hang: "},
		{"main-sigterm", "lets go of the signal too soon", lettingGo("go.drain"), "it was cut"},
		{"main-sigterm", "is said to drain and is cut", claims("go", daemon.SIGTERM, daemon.Drains), "the worker is gone with a beat in hand: it was cut"},
		{"main-sigkill", "is said to drain and is cut", claims("go.drain", daemon.SIGKILL, daemon.Drains), "the worker is gone with a beat in hand: it was cut"},
	}
	for _, v := range daemon.Variants() {
		switch v.Name {
		case "child.eof":
			all = append(all,
				double{"crash-reported", "says nothing of it", changed(v.Name, func(d aDaemon) aDaemon { return silent{d} }), "a beat was to exit and Stop returned"},
				double{"place-as-said", "has GOMAXPROCS its own way", begins(v.Name, func(o *daemon.Options) { o.GOMAXPROCS-- }), "the variant runs as process"},
				double{"crash-reported", "takes one that was killed for one that was stopped", changed(v.Name, func(d aDaemon) aDaemon { return expected{d} }), "a beat was to kill its process and Stop returned"},
				double{"start-all-or-nothing", "closes the files", closing(v.Name), "file already closed"},
				double{"start-all-or-nothing", "does not notice", optimist(v.Name), "Start returned no error"},
				double{"start-all-or-nothing", "leaves a goroutine", failing(v.Name), "hang: "},
				double{"stop-releases", "catches the signal if the worker has failed", changed("go.drain", func(d aDaemon) aDaemon { return catches{d} }), "hang: of a worker that has failed: waiting for main to leave"},
				double{"stop-releases", "does not say that main has left", changed("go.drain", func(d aDaemon) aDaemon { return never{d, make(chan struct{})} }), "hang: when main has left: waiting for Quit to be closed"},
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
		untried = []string{"crash-reported", "stop-releases", "start-all-or-nothing"}
	}
	lawtest.Doubles(t, laws, tested, untried...)
}

// genuine is the variant of that name in its first execution.
func genuine(name string) variant {
	all := daemon.Variants()
	v := all[slices.IndexFunc(all, func(v variant) bool { return v.Name == name })]
	v.Executions = v.Executions[:1]
	return v
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

// placed is a genuine variant said to run elsewhere.
func placed(name string, as role.As) variant {
	v := genuine(name)
	v.Executions = []role.As{as}
	start := v.Start
	v.Start = func(t *daemon.Task, o daemon.Options) (aDaemon, error) {
		o.As, o.GOMAXPROCS = "", 0
		return start(t, o)
	}
	return v
}

// bound is a genuine variant whose worker goes with the thread that started it, where
// that can be seen to go, or at once.
func bound(name string) variant {
	v := genuine(name)
	start := v.Start
	v.Start = func(t *daemon.Task, o daemon.Options) (aDaemon, error) {
		thread, _ := os.Readlink("/proc/thread-self")
		d, err := start(t, o)
		if err != nil {
			return nil, err
		}
		go func() {
			defer d.Stop()
			for {
				if _, gone := os.Stat("/proc/" + thread + "/stat"); gone != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}()
		return d, nil
	}
	return v
}

// finishing is a genuine variant whose Stop waits until 5 beats are done.
func finishing(name string) variant {
	v := begins(name, func(o *daemon.Options) { o.Beats = 5 })
	start := v.Start
	v.Start = func(t *daemon.Task, o daemon.Options) (aDaemon, error) {
		d, err := start(t, o)
		return deaf{d}, err
	}
	return v
}

// impatient is a genuine variant whose Leave waits until patience has passed since Start.
func impatient(name string) variant {
	v := genuine(name)
	start := v.Start
	v.Start = func(t *daemon.Task, o daemon.Options) (aDaemon, error) {
		d, err := start(t, o)
		return hurries{d, time.After(o.Patience)}, err
	}
	return v
}

type hurries struct {
	aDaemon
	late <-chan time.Time
}

func (d hurries) Leave() error {
	left := make(chan error, 1)
	select {
	case <-d.late:
		return daemon.ErrDeadline
	default:
		go func() { left <- d.aDaemon.Leave() }()
	}
	select {
	case err := <-left:
		return err
	case <-d.late:
		return daemon.ErrDeadline
	}
}

// closing is a genuine variant that takes the files though it does not start.
func closing(name string) variant {
	return refusing(name, func(o daemon.Options) {
		for _, f := range o.Files {
			f.Close()
		}
	})
}

// failing is a genuine variant that leaves a goroutine if it does not start.
func failing(name string) variant {
	return refusing(name, func(daemon.Options) { leaks(nil) })
}

func refusing(name string, then func(daemon.Options)) variant {
	v := genuine(name)
	start := v.Start
	v.Start = func(t *daemon.Task, o daemon.Options) (aDaemon, error) {
		d, err := start(t, o)
		if err != nil {
			then(o)
		}
		return d, err
	}
	return v
}

// optimist is a genuine variant that has started, whatever has become of it.
func optimist(name string) variant {
	v := genuine(name)
	start := v.Start
	v.Start = func(t *daemon.Task, o daemon.Options) (aDaemon, error) {
		if d, err := start(t, o); err == nil {
			return d, nil
		}
		return stillborn{}, nil
	}
	return v
}

type stillborn struct{ aDaemon }

func (stillborn) Stop() (report, error) { return report{}, nil }

// dates its report when it is asked for it.
type dates struct{ aDaemon }

func (d dates) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	r.End = time.Now()
	return r, err
}

type generous struct{ aDaemon }

func (d generous) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	if err != nil {
		r.Out++
	}
	return r, err
}

// tellsOnce tells the first who asks how it ended, and others that all was well.
type tellsOnce struct {
	aDaemon
	told atomic.Bool
}

func (d *tellsOnce) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	if d.told.Swap(true) {
		err = nil
	}
	return r, err
}

// expected that a signal ends who is stopped.
type expected struct{ aDaemon }

func (d expected) Stop() (report, error) {
	r, err := d.aDaemon.Stop()
	var exit *role.ExitError
	if errors.As(err, &exit) && exit.State.ExitCode() < 0 {
		err = nil
	}
	return r, err
}

// tosses a coin between a deadline that has passed and a worker that has ended.
type tosses struct{ aDaemon }

func (d tosses) Leave() error {
	ended := make(chan struct{})
	close(ended)
	select {
	case <-ended:
		return d.aDaemon.Leave()
	case <-d.Done():
		return daemon.ErrDeadline
	}
}

// late catches the signal from the first on who asks for Quit.
type late struct {
	aDaemon
	once  sync.Once
	asked context.Context
}

func (d *late) Quit() <-chan struct{} {
	d.once.Do(func() {
		time.Sleep(100 * time.Millisecond) // or on one CPU main would be here before its worker beats
		d.asked, _ = signal.NotifyContext(context.Background(), syscall.SIGTERM)
	})
	return d.asked.Done()
}

// tells one of those who wait for the signal.
type tells struct {
	aDaemon
	once  sync.Once
	token chan struct{}
}

func (d *tells) Quit() <-chan struct{} {
	d.once.Do(func() {
		d.token = make(chan struct{}, 1)
		go func() {
			<-d.aDaemon.Quit()
			d.token <- struct{}{}
		}()
	})
	return d.token
}

// catches the signal for good when it is asked about a worker that has ended.
type catches struct{ aDaemon }

func (d catches) Stop() (report, error) {
	select {
	case <-d.Done():
		catch()
	default:
	}
	return d.aDaemon.Stop()
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

// never says that main is to end.
type never struct {
	aDaemon
	quit chan struct{}
}

func (d never) Quit() <-chan struct{} { return d.quit }
