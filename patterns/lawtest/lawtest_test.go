package lawtest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"crossover/patterns/role/roletest"
)

type subject string

func (s subject) String() string { return string(s) }

func law(check func(context.Context) error) Law[subject] {
	return Law[subject]{
		Name:   "a law",
		Excuse: func(subject) string { return "" },
		Check:  func(ctx context.Context, _ subject) error { return check(ctx) },
	}
}

func TestVerify(t *testing.T) {
	roletest.NoLeaks(t)
	for _, test := range []struct {
		name  string
		check func(context.Context) error
		says  []string // nil: no error
	}{
		{"kept", func(context.Context) error { return nil }, nil},
		{"broken", func(context.Context) error { return errors.New("lost one") }, []string{"lost one"}},
		{"panics", func(context.Context) error { panic("at the disco") }, []string{"panic: at the disco", "lawtest_test.go"}},
		{"hangs", func(ctx context.Context) error {
			<-ctx.Done()
			return context.Cause(ctx)
		}, []string{"hang: it has not come", "all goroutines", "lawtest_test.go"}},
		{"ends too late", func(ctx context.Context) error { <-ctx.Done(); return nil }, []string{"hang: the check ended well, but too late"}},
	} {
		patience := time.Minute
		if strings.Contains(strings.Join(test.says, " "), "hang") {
			patience = 10 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := Verify(ctx, law(test.check), "x")
		cancel()
		if (err == nil) != (test.says == nil) {
			t.Errorf("%s: got %v", test.name, err)
			continue
		}
		for _, want := range test.says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: no %q in %v", test.name, want, err)
			}
		}
	}
}

func TestRunCountsAndSkips(t *testing.T) {
	var seen []subject
	l := Law[subject]{
		Name: "for the willing",
		Excuse: func(s subject) string {
			if s == "unwilling" {
				return "it is not willing"
			}
			return ""
		},
		Check: func(ctx context.Context, s subject) error {
			Logf(ctx, "checking %s", s)
			seen = append(seen, s)
			return nil
		},
	}
	Run(t, []Law[subject]{l, l}, []subject{"willing", "unwilling"})
	if len(seen) != 2 || seen[0] != "willing" || seen[1] != "willing" {
		t.Errorf("checked %v, want the willing one under both laws", seen)
	}
}

// A fault that shows late, or not each time, is found.
func TestRefuteLooksAgain(t *testing.T) {
	looked := 0
	late := law(func(context.Context) error {
		switch looked++; looked {
		case 1:
			return nil
		case 2:
			return errors.New("something else")
		}
		return errors.New("lost one")
	})
	if Refute(t, late, "x", "lost one"); looked != 3 {
		t.Errorf("looked %d times, want 3", looked)
	}
}

func TestDoublesAreRefuted(t *testing.T) {
	var seen []subject
	named := func(name string) Law[subject] {
		return Law[subject]{
			Name:   name,
			Excuse: func(subject) string { return "" },
			Check: func(_ context.Context, s subject) error {
				seen = append(seen, s)
				return errors.New("broken by " + string(s))
			},
		}
	}
	Doubles(t, []Law[subject]{named("first"), named("untried"), named("second")}, []Double[subject]{
		{"second", "breaks it", "c", "broken by c"},
		{"first", "breaks it", "a", "broken by a"},
		{"first", "breaks it too", "b", "broken"},
	}, "untried")
	if want := []subject{"a", "b", "c"}; !slices.Equal(seen, want) {
		t.Errorf("refuted %v, want %v", seen, want)
	}
}

func TestAwait(t *testing.T) {
	lost := errors.New("lost one")
	if err := Await(t.Context(), "a call", func() error { return lost }); err != lost {
		t.Errorf("a call that fails: %v", err)
	}
	if err := Await(t.Context(), "a call", func() error { panic("at the disco") }); err == nil || !strings.Contains(err.Error(), "panic: at the disco") {
		t.Errorf("a call that panics: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(lost)
	hanging := make(chan struct{})
	defer close(hanging)
	if err := Await(ctx, "a call", func() error { <-hanging; return nil }); err == nil || err.Error() != "a call: lost one" {
		t.Errorf("a call that hangs: %v", err)
	}
}

func TestMeet(t *testing.T) {
	for round := range 300 {
		ended := 0
		if err := Meet(round, func() { ended++ }, func() error { return context.Canceled }); err != context.Canceled || ended != 1 {
			t.Fatalf("round %d: ended %d times, %v", round, ended, err)
		}
	}
}
