// Package lawtest is what the laws of all patterns share: a law is data, it
// binds a subject or says why not, checking it returns an error, and a check that
// hangs is an error too.
package lawtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"crossover/patterns/role/roletest"
)

// Law is something that each subject keeps whose properties admit it.
type Law[S fmt.Stringer] struct {
	Name string
	// Doc says what a user may rely on, in one sentence.
	Doc string
	// Excuse is why the law does not bind a subject with these properties; "" if
	// it does.
	Excuse func(S) string
	// Check returns an error if the law is broken. A check that hangs is ended by
	// Verify: ctx then ends, and the check lets go of what it holds and stops the
	// processes it started.
	Check func(ctx context.Context, s S) error
}

// Run checks every law on every subject, as subtests law/subject, and logs how
// many were checked and why others were not. A subject must leave nothing behind,
// whatever the law. One that hangs is asked no further.
func Run[S fmt.Stringer](t *testing.T, laws []Law[S], subjects []S) {
	RunKnown(t, laws, subjects, nil)
}

// Breaks says which subjects are known to break which laws, and how: subject →
// law → what the law's error says. It is for code that is measured as it is.
type Breaks map[string]map[string]string

// RunKnown is Run, but a subject has to break the laws it is said to break: that
// it does no longer is worth knowing too.
func RunKnown[S fmt.Stringer](t *testing.T, laws []Law[S], subjects []S, breaks Breaks) {
	checked := 0
	skipped := map[string]int{}
	hung := map[string]string{} // law by subject: one that hangs would take a minute of each
	for _, law := range laws {
		t.Run(law.Name, func(t *testing.T) {
			for _, s := range subjects {
				t.Run(s.String(), func(t *testing.T) {
					if why := law.Excuse(s); why != "" {
						skipped[why]++
						t.Skip(why)
					}
					if law := hung[s.String()]; law != "" {
						t.Skipf("it hangs in %s", law)
					}
					checked++
					if how, broken := breaks[s.String()][law.Name]; broken {
						Refute(t, law, s, how)
						return
					}
					roletest.NoLeaks(t)
					ctx := context.WithValue(t.Context(), logKey{}, t.Logf)
					err := Verify(ctx, law, s)
					if errors.Is(err, errHang) {
						hung[s.String()] = law.Name
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
	t.Logf("%d laws, %d subjects: %d checked", len(laws), len(subjects), checked)
	for why, n := range skipped {
		t.Logf("%d skipped: %s", n, why)
	}
}

// patience is how long a check may take before it is said to hang, or Soak times that.
// Checks take well under a second; a machine can be busy.
const patience = time.Minute

// Verify checks one law. The error says how it was broken; a panic is an error,
// and so is a hang, with what was waited for and the stacks of all goroutines. A
// deadline of ctx shortens the patience with a hang.
func Verify[S fmt.Stringer](ctx context.Context, law Law[S], s S) error {
	watchdog, stop := context.WithTimeout(ctx, time.Duration(Soak())*patience)
	defer stop()
	// Not derived from watchdog: the stacks are to be taken before the check
	// starts to tidy up.
	inner, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)

	done := make(chan error, 1)
	go func() { done <- Attempt(func() error { return law.Check(inner, s) }) }()
	select {
	case err := <-done:
		return err
	case <-watchdog.Done():
	}
	stacks := roletest.Stacks()
	cancel(errors.New("it has not come"))
	var err error
	select {
	case err = <-done:
		if err == nil {
			err = errors.New("the check ended well, but too late")
		}
	case <-time.After(10 * time.Second): // for tidying up; a goroutine cannot be stopped
		err = errors.New("the check does not end")
	}
	return fmt.Errorf("%w: %w; all goroutines:\n%s", errHang, err, stacks)
}

var errHang = errors.New("hang")

// Attempt turns a panic into an error.
func Attempt(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return f()
}

// Soak is how many times as long a random search goes on: CROSSOVER_SOAK, or 1.
func Soak() int {
	n, err := strconv.Atoi(os.Getenv("CROSSOVER_SOAK"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// Linger gives a subject time to do what it must not, or parties time to get stuck
// where a law wants them. Nothing is concluded from the time: who does as it should can
// take any.
func Linger() { time.Sleep(5 * time.Millisecond) }

type logKey struct{}

// Logf is for what is worth knowing of a check that succeeds. Outside of Run it
// goes nowhere.
func Logf(ctx context.Context, format string, args ...any) {
	if logf, ok := ctx.Value(logKey{}).(func(string, ...any)); ok {
		logf(format, args...)
	}
}

// Refute fails the test unless the law finds the fault of a double, a subject
// that breaks it on purpose: the law's error has to say want. A double that is to
// hang says so there and is not waited for long.
//
// A law that gives a subject time to go wrong concludes nothing from that time, and
// on a busy machine a double may not go wrong within it, nor get to where it is to
// hang. So the law may look again, and longer.
func Refute[S fmt.Stringer](t *testing.T, law Law[S], double S, want string) {
	t.Helper()
	if why := law.Excuse(double); why != "" {
		t.Fatalf("the law does not bind the double: %s", why)
	}
	t.Setenv("TMPDIR", t.TempDir()) // a double that hangs is never released, and its file stays
	hangs := strings.HasPrefix(want, "hang")
	for look := range looks {
		patience := patience
		if hangs {
			patience = time.Second << look
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := Verify(ctx, law, double)
		cancel()
		switch {
		case err != nil && strings.Contains(err.Error(), want):
			return
		case look+1 < looks:
		case err == nil:
			t.Fatal("the law found nothing wrong")
		default:
			t.Fatalf("the law found something else: %v", err)
		}
	}
}

// looks is how often a law may look for the fault of a double.
const looks = 5

// Double is a subject that breaks a law on purpose.
type Double[S fmt.Stringer] struct {
	Law     string
	Name    string // what is wrong with it
	Subject S
	Want    string // is in the error
}

// Doubles refutes every double, as subtests law/double. Each law has to have one, or
// who says that it can fail? But for those named untried, whose doubles need what is
// not here.
func Doubles[S fmt.Stringer](t *testing.T, laws []Law[S], doubles []Double[S], untried ...string) {
	byLaw := map[string][]Double[S]{}
	for _, d := range doubles {
		byLaw[d.Law] = append(byLaw[d.Law], d)
	}
	for _, law := range laws {
		t.Run(law.Name, func(t *testing.T) {
			for _, d := range byLaw[law.Name] {
				t.Run(d.Name, func(t *testing.T) { Refute(t, law, d.Subject, d.Want) })
			}
			if byLaw[law.Name] == nil && !slices.Contains(untried, law.Name) {
				t.Error("no double breaks this law: who says that it can fail?")
			}
		})
		delete(byLaw, law.Name)
	}
	for name := range byLaw {
		t.Errorf("there are doubles for a law %q, which there is not", name)
	}
}
