package stat

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// FindBestCrossover looks for the crossings of A/B with threshold (1: equal cost; 1.1: A
// costs 10 % more) along x, which ascends from 0 or above, where A and B are each the best
// of a group. a and b are costs by [point of x][member][round]: who is a member may change
// from point to point, and round i of all was measured together. confidence is 0.95 for
// 95 %; the same seed gives the same interval.
//
// The ratio at each x is that of PairedRatio; between two of them, log ratio is
// interpolated linearly in log x. The interval is a percentile bootstrap over whole
// rounds, so that what a round did to all points stays together, with percentiles
// widened for few rounds (Hesterberg 2015, The American Statistician 69:371). A
// resample without a crossing counts as one beyond the end that it points to.
//
// Choosing the best on the very rounds that are then compared would flatter the larger
// group, and a band that knows only the chosen would be too sure of who they are. So
// the members' medians are compared anew in every resample, and each of its rounds is
// compared by those who are best in its other rounds.
//
// Errors: no rounds, fewer than two points, an axis that does not ascend, a group without
// members, lengths that do not match, values that are not positive and finite.
func FindBestCrossover(x []float64, a, b [][][]float64, threshold, confidence float64, seed uint64) (Crossover, error) {
	rounds, err := checkGroups(x, a, b)
	if err == nil {
		err = checkAxis(x, threshold, confidence)
	}
	if err != nil {
		return Crossover{}, fmt.Errorf("crossover: %w", err)
	}
	points := make([][2]group, len(x))
	for p := range x {
		points[p] = [2]group{groupOf(a[p]), groupOf(b[p])}
	}
	newCurve := func() curve { return bestCurve(points, rounds, math.Log(threshold)) }
	return crossover(x, newCurve, rounds, confidence, seed), nil
}

// bestCurve compares each round by those who are best in the other rounds chosen.
func bestCurve(points [][2]group, rounds int, threshold float64) curve {
	g := make([]float64, len(points))
	d := make([]int64, rounds)
	drawn := make([]int, rounds) // how often each round
	return func(choice []int) []float64 {
		clear(drawn)
		for _, r := range choice {
			drawn[r]++
		}
		for p, pair := range points {
			d = d[:0]
			for r, times := range drawn {
				if times == 0 {
					continue
				}
				drawn[r] = 0
				ratio := toTicks(pair[0].best(drawn, len(choice)-times).logs[r] - pair[1].best(drawn, len(choice)-times).logs[r])
				drawn[r] = times
				for range times {
					d = append(d, ratio)
				}
			}
			slices.Sort(d)
			g[p] = walshSums(d).median()*tick/2 - threshold
		}
		return g
	}
}

// group is who may be the best at one point.
type group []member

type member struct {
	costs, logs []float64 // by round
	order       []int     // rounds, cheapest first
}

// groupOf leaves out who cannot be the best whatever the resample: even at their best
// they cost more than somebody else at their worst.
func groupOf(costs [][]float64) (g group) {
	worst := math.Inf(1) // the least of the members' worst
	for _, c := range costs {
		worst = min(worst, slices.Max(c))
	}
	for _, c := range costs {
		if slices.Min(c) > worst {
			continue
		}
		m := member{costs: c}
		for r, v := range c {
			m.logs, m.order = append(m.logs, math.Log(v)), append(m.order, r)
		}
		slices.SortFunc(m.order, func(r, s int) int { return cmp.Compare(c[r], c[s]) })
		g = append(g, m)
	}
	return g
}

// best is the member with the lowest median over rounds drawn so often, n draws in all.
func (g group) best(drawn []int, n int) *member {
	best := &g[0]
	if len(g) == 1 || n == 0 {
		return best
	}
	least := math.Inf(1)
	for i := range g {
		if m := g[i].median(drawn, n); m < least {
			best, least = &g[i], m
		}
	}
	return best
}

func (m *member) median(drawn []int, n int) float64 {
	seen := 0
	for i, r := range m.order {
		seen += drawn[r]
		switch {
		case 2*seen > n:
			return m.costs[r]
		case 2*seen == n: // the next one drawn is the other of two in the middle
			next := i + 1
			for drawn[m.order[next]] == 0 {
				next++
			}
			return (m.costs[r] + m.costs[m.order[next]]) / 2
		}
	}
	return math.Inf(1) // nothing was drawn
}

// checkGroups returns the number of rounds.
func checkGroups(x []float64, a, b [][][]float64) (rounds int, err error) {
	if len(a) != len(x) || len(b) != len(x) {
		return 0, fmt.Errorf("%d points of A and %d of B, the axis has %d", len(a), len(b), len(x))
	}
	rounds = -1
	for p := range x {
		if len(a[p]) == 0 || len(b[p]) == 0 {
			return 0, fmt.Errorf("point %d has %d of A and %d of B, want at least one each", p+1, len(a[p]), len(b[p]))
		}
		for _, costs := range slices.Concat(a[p], b[p]) {
			if rounds < 0 {
				rounds = len(costs)
			}
			if len(costs) == 0 || len(costs) != rounds {
				return 0, fmt.Errorf("point %d has %d rounds, want as many everywhere and at least one", p+1, len(costs))
			}
			if err := checkPositive(fmt.Sprintf("point %d:", p+1), costs); err != nil {
				return 0, err
			}
		}
	}
	return rounds, nil
}
