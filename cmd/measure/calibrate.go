package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"crossover/internal/catalog"
)

// A calibrator finds the number of operations of each cell. All cells together
// may take about as long as calibrationRounds rounds.
type calibrator struct {
	sample sampleFunc
	spent  time.Duration
	earned time.Duration // the budget, up to the present cell
	timed  time.Duration // of what was spent
}

// find returns a sample of the N to fix for c: its timed region lasts c.target or a
// little longer, and half or a quarter as many operations do not disagree, so that what
// happens once per sample does not show. Where that is not affordable N is the largest
// tried. A case that does not run returns the sample that failed.
func (k *calibrator) find(ctx context.Context, c cell) (*sample, error) {
	k.earned += calibrationRounds * c.expected()

	last, err := k.reach(ctx, c)
	if err != nil || last.Error != "" {
		return last, err
	}
	if half := last.N / 2; half >= max(1, c.MinN) && last.Timed() >= c.target*4/10 {
		less, err := k.times(ctx, c, half)
		if err != nil || less.Error != "" {
			return less, err
		}
		if !disagree(less, last) {
			return last.of(max(last.N, scaled(c, last, c.target))), nil
		}
		if heldUp(less, last) {
			last = less
		}
	}
	for doubts := 0; !k.final(c, last); {
		prev := last
		last, err = k.times(ctx, c, larger(c, prev))
		if err != nil || last.Error != "" {
			return last, err
		}
		if doubts < mostDoubts && heldUp(prev, last) {
			doubts++
			last = prev
			continue
		}
		if last.N <= 2*prev.N && !disagree(prev, last) {
			if prev.Timed() >= c.target {
				return prev, nil
			}
			if last.Timed() >= c.target {
				return last, nil
			}
		}
	}
	return last, nil
}

// reach returns a sample that takes about half of c.target, or one of as many
// operations as there may be.
func (k *calibrator) reach(ctx context.Context, c cell) (*sample, error) {
	last, err := k.first(ctx, c)
	if err == nil && last.Error == "" && last.N > max(1, c.MinN) && (last.Timed() > c.target*3/2 || last.N > clamp(c, catalog.MostN)) {
		last, err = k.times(ctx, c, scaled(c, last, c.target/2))
	}
	for err == nil && last.Error == "" && last.Timed() < c.target*4/10 && !k.final(c, last) {
		last, err = k.times(ctx, c, larger(c, last))
	}
	return last, err
}

// first returns the sample that gives the scale. One that lasts a given time does, unless
// it might stop at so few operations that their cost means nothing, or would set the case
// up for each number it tries. There one operation is tried, which is cold and tells
// little, and then as many as should not take too long.
func (k *calibrator) first(ctx context.Context, c cell) (*sample, error) {
	switch {
	case c.MinN > 0:
		return k.times(ctx, c, c.MinN)
	case c.setup == 0:
		return k.run(ctx, c, (c.target / 2).String())
	}
	one, err := k.times(ctx, c, 1)
	if err != nil || one.Error != "" || k.final(c, one) {
		return one, err
	}
	return k.times(ctx, c, scaled(c, one, 5*c.target))
}

// of is what n operations should take, going by those of s.
func (s *sample) of(n int) *sample {
	other := *s
	other.N = n
	other.Wall += (other.Timed() - s.Timed()).Seconds()
	return &other
}

// scaled is the N that should take a little longer than aim, going by s.
func scaled(c cell, s *sample, aim time.Duration) int {
	growth := 1.1 * float64(aim) / float64(s.Timed())
	return clamp(c, float64(s.N)*min(growth, 100)) // few operations tell little about many
}

// larger is the next N to try after one that took too little or disagreed.
func larger(c cell, s *sample) int {
	if s.Timed() < c.target*4/10 {
		return max(scaled(c, s, c.target/2), clamp(c, float64(s.N+1)))
	}
	return clamp(c, 2*float64(s.N))
}

func clamp(c cell, n float64) int {
	limit := catalog.MostN
	if c.MaxN > 0 {
		limit = min(limit, c.MaxN)
	}
	return min(max(int(math.Ceil(min(n, catalog.MostN))), c.MinN, 1), limit)
}

// final reports whether no larger N is to be tried after s.
func (k *calibrator) final(c cell, s *sample) bool {
	if s.N >= clamp(c, catalog.MostN) {
		return true
	}
	return s.Timed() >= c.target*3/2 || s.Timed() >= c.target && k.broke()
}

func (k *calibrator) broke() bool { return k.spent > k.earned }

// disagree reports whether an operation costs more in the shorter of two samples, by
// more than 10 %, or less than half. That it costs a little less is noise, and to look
// into that too would make every noisy cell's samples up to four times as long.
func disagree(short, long *sample) bool {
	return short.Values["ns/op"] > 1.1*long.Values["ns/op"] || heldUp(short, long)
}

// heldUp reports whether an operation costs more than twice as much in the longer of two
// samples: something stood in its way, and to go by it would make all samples too short.
func heldUp(short, long *sample) bool {
	return long.Values["ns/op"] > 2*short.Values["ns/op"]
}

// mostDoubts is how many samples that look held up are set aside. Some cases do cost
// more the longer they run.
const mostDoubts = 2

// times runs c for n operations.
func (k *calibrator) times(ctx context.Context, c cell, n int) (*sample, error) {
	return k.run(ctx, c, fmt.Sprintf("%dx", n))
}

func (k *calibrator) run(ctx context.Context, c cell, benchtime string) (*sample, error) {
	start := time.Now()
	s, err := k.sample(ctx, c, benchtime)
	k.spent += time.Since(start)
	if err == nil {
		k.timed += s.Timed()
	}
	return s, err
}
