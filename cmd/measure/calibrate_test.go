package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// A model is a case whose sample of n operations takes a known time.
type model func(n int) time.Duration

// run measures the model as the fake clock has it. Given a time, it goes by what the
// number before took until one takes so long, as go test does.
func (m model) run(_ context.Context, c cell, benchtime string) (*sample, error) {
	n, counted := strings.CutSuffix(benchtime, "x")
	ops, err := strconv.Atoi(n)
	if !counted {
		least, parseErr := time.ParseDuration(benchtime)
		for ops = 1; m(ops) < least && ops < catalog.MostN; {
			next := int(1.2 * float64(ops) * float64(least) / float64(max(1, m(ops))))
			ops = min(max(next, ops+1), 100*min(ops, catalog.MostN/100), catalog.MostN)
		}
		err = parseErr
	}
	if err != nil {
		return nil, err
	}
	return &sample{Sample: study.Sample{
		N: ops, Values: map[string]float64{"ns/op": float64(m(ops)) / float64(ops)},
	}}, nil
}

func TestCalibrate(t *testing.T) {
	each := func(d time.Duration) model { return func(n int) time.Duration { return time.Duration(n) * d } }
	for _, test := range []struct {
		name        string
		c           catalog.Case
		m           model
		least, most int // N
	}{
		{"100 ns an op", catalog.Case{}, each(100), 500_000, 600_000},
		{"30 ms an op", catalog.Case{}, each(30 * time.Millisecond), 2, 2},
		{"1 s an op", catalog.Case{}, each(time.Second), 1, 1},
		{"1 ns an op", catalog.Case{}, each(1), 50_000_000, 60_000_000},
		{"at most 1000", catalog.Case{MaxN: 1000}, each(100), 1000, 1000},
		{"at least 10 million", catalog.Case{MinN: 10_000_000}, each(100), 10_000_000, 10_000_000},
		{"exactly 7", catalog.Case{MinN: 7, MaxN: 7}, each(100), 7, 7},
		{"N is of no consequence", catalog.Case{}, func(int) time.Duration { return 20 * time.Millisecond }, catalog.MostN, catalog.MostN},
		// A start of 20 ms: at 50 ms it is 40 % of the sample, at 100 ms 20 %.
		{"a slow start", catalog.Case{}, func(n int) time.Duration { return 20*time.Millisecond + 100*time.Duration(n) }, 800_000, 2_000_000},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := &calibrator{sample: func(ctx context.Context, c cell, benchtime string) (*sample, error) {
				s, err := test.m.run(ctx, c, benchtime)
				if err == nil && s.N < c.MinN {
					t.Errorf("tried with %s, though fewer than %d mean nothing", benchtime, c.MinN)
				}
				return s, err
			}}
			c := cell{Case: test.c, target: 50 * time.Millisecond}
			s, err := k.find(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if s.N < test.least || s.N > test.most {
				t.Errorf("N = %d, want %d to %d", s.N, test.least, test.most)
			}
		})
	}
}

// A case with a set-up is never asked to find its number itself, which would set it up
// each time, and a dear operation is not repeated a hundred times.
func TestCalibrateSetUp(t *testing.T) {
	for _, test := range []struct {
		name        string
		m           model
		least, most int // N
		longest     time.Duration
	}{
		{"a cold first", func(n int) time.Duration { return 3*time.Millisecond + time.Duration(n)*time.Microsecond }, 45_000, 110_000, 110 * time.Millisecond},
		{"20 ms an op", func(n int) time.Duration { return time.Duration(n) * 20 * time.Millisecond }, 2, 4, 300 * time.Millisecond},
		{"2 s an op", func(n int) time.Duration { return time.Duration(n) * 2 * time.Second }, 1, 1, 2 * time.Second},
	} {
		var longest time.Duration
		k := &calibrator{sample: func(ctx context.Context, c cell, benchtime string) (*sample, error) {
			if !strings.HasSuffix(benchtime, "x") {
				t.Errorf("%s: -benchtime %s", test.name, benchtime)
			}
			s, err := test.m.run(ctx, c, benchtime)
			longest = max(longest, s.Timed())
			return s, err
		}}
		s, err := k.find(t.Context(), cell{target: 50 * time.Millisecond, setup: 10 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		if s.N < test.least || s.N > test.most || longest > test.longest {
			t.Errorf("%s: N = %d, want %d to %d; the longest sample took %v", test.name, s.N, test.least, test.most, longest)
		}
	}
}

// Without budget N is the first that lasts long enough.
func TestCalibrateBudget(t *testing.T) {
	slowStart := model(func(n int) time.Duration { return 20*time.Millisecond + 100*time.Duration(n) })
	k := &calibrator{sample: slowStart.run, spent: time.Hour}
	s, err := k.find(t.Context(), cell{target: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if d := s.Timed(); d < 50*time.Millisecond || d > 75*time.Millisecond {
		t.Errorf("N = %d takes %v, want little more than 50ms", s.N, d)
	}
}

// What one cell does not spend of its budget others have.
func TestCalibrateBudgetOfAll(t *testing.T) {
	slowStart := model(func(n int) time.Duration { return 20*time.Millisecond + 100*time.Duration(n) })
	k := &calibrator{sample: slowStart.run}
	c := cell{target: 50 * time.Millisecond}
	for range 2 {
		s, err := k.find(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if s.N < 800_000 {
			t.Errorf("N = %d, found with %v of %v spent", s.N, k.spent, k.earned)
		}
		k.spent = calibrationRounds * c.expected() * 11 / 10 // more than one cell has, and less than two
	}
}

// A sample that was held up is not gone by; a case that costs more the longer it runs is not
// taken for that for ever.
func TestCalibrateDoubts(t *testing.T) {
	for _, test := range []struct {
		what string
		m    func(run, n int) time.Duration
		most float64 // ns/op
	}{
		{"held up once", func(run, n int) time.Duration {
			d := 20*time.Millisecond + 100*time.Duration(n)
			if run == 4 {
				d *= 10
			}
			return d
		}, 130},
		{"ever dearer", func(_, n int) time.Duration { return time.Duration(n * n * n) }, 1e9},
	} {
		runs := 0
		k := &calibrator{sample: func(ctx context.Context, c cell, benchtime string) (*sample, error) {
			if runs++; runs > 50 {
				return nil, errHung
			}
			return model(func(n int) time.Duration { return test.m(runs, n) }).run(ctx, c, benchtime)
		}}
		s, err := k.find(t.Context(), cell{target: 50 * time.Millisecond})
		if err != nil || s.Timed() < 50*time.Millisecond || s.Values["ns/op"] > test.most || runs < 4 {
			t.Errorf("%s: %+v after %d runs, %v", test.what, s, runs, err)
		}
	}
}

// What costs less in a short sample is not run for longer.
func TestCalibrateNoise(t *testing.T) {
	var lengths []time.Duration
	k := &calibrator{sample: func(ctx context.Context, c cell, benchtime string) (*sample, error) {
		perOp := []time.Duration{100, 80, 150, 200}[min(len(lengths), 3)]
		s, err := model(func(n int) time.Duration { return time.Duration(n) * perOp }).run(ctx, c, benchtime)
		lengths = append(lengths, s.Timed())
		return s, err
	}}
	s, err := k.find(t.Context(), cell{target: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if d := s.Timed(); d < 50*time.Millisecond || d > 75*time.Millisecond || len(lengths) != 2 {
		t.Errorf("N = %d takes %v, found in samples of %v; want little more than 50ms, in two", s.N, d, lengths)
	}
}

// What was held up once does not make all samples short.
func TestCalibrateHeldUp(t *testing.T) {
	runs := 0
	k := &calibrator{sample: func(ctx context.Context, c cell, benchtime string) (*sample, error) {
		perOp := time.Duration(100)
		if runs++; runs == 1 {
			perOp = 5000
		}
		return model(func(n int) time.Duration { return time.Duration(n) * perOp }).run(ctx, c, benchtime)
	}}
	s, err := k.find(t.Context(), cell{target: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if s.N < 500_000 || s.N > 1_100_000 {
		t.Errorf("N = %d after %d runs, want some 500,000", s.N, runs)
	}
}

// What more operations should take is more by their time alone.
func TestSampleOf(t *testing.T) {
	s := &sample{Sample: study.Sample{N: 10, Wall: 1.5, Values: map[string]float64{"ns/op": 1e8}}}
	if more := s.of(20); more.N != 20 || more.Wall != 2.5 || more.Timed() != 2*time.Second || s.N != 10 {
		t.Errorf("%+v of %+v", more.Sample, s.Sample)
	}
}

// A failure at any step is the answer.
func TestCalibrateFails(t *testing.T) {
	runs := 0
	k := &calibrator{sample: func(ctx context.Context, c cell, benchtime string) (*sample, error) {
		if runs++; runs == 2 {
			return &sample{Sample: study.Sample{Error: "it broke"}}, nil
		}
		return model(func(n int) time.Duration { return time.Duration(n) * 100 }).run(ctx, c, benchtime)
	}}
	s, err := k.find(t.Context(), cell{target: 50 * time.Millisecond})
	if err != nil || s.Error != "it broke" || runs != 2 {
		t.Errorf("after %d runs: %+v, %v", runs, s, err)
	}
	k.sample = func(context.Context, cell, string) (*sample, error) { return nil, errInterrupted }
	if _, err := k.find(t.Context(), cell{target: time.Second}); !errors.Is(err, errInterrupted) {
		t.Errorf("error %v, want errInterrupted", err)
	}
}
