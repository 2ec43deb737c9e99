package stat

import (
	"fmt"
	"math"
	"slices"
)

// tick is the grain of logarithms here, 2.3e-10. On a grid, ratios that are equal
// on paper (110/100 and 220/200) tie as they should, and sums of two are exact.
const tick = 1.0 / (1 << 32)

// toTicks rounds a logarithm to the grid. The largest, of the largest over the
// smallest float64, takes 43 bits.
func toTicks(log float64) int64 { return int64(math.Round(log / tick)) }

// checkPositive refuses samples that have no logarithm. which names them.
func checkPositive(which string, values []float64) error {
	for i, v := range values {
		if !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("%s value %d is %v: a ratio needs positive, finite values", which, i+1, v)
		}
	}
	return nil
}

// logRatios returns log(new/old) pair by pair, in ticks, ascending.
func logRatios(old, new []float64) []int64 {
	d := make([]int64, len(old))
	for i := range d {
		d[i] = toTicks(math.Log(new[i]) - math.Log(old[i]))
	}
	slices.Sort(d)
	return d
}

// logs returns the logarithms of values, in ticks, ascending.
func logs(values []float64) []int64 {
	l := make([]int64, len(values))
	for i, v := range values {
		l[i] = toTicks(math.Log(v))
	}
	slices.Sort(l)
	return l
}

// pairSums is an ascending sequence of sums of two values, which is never built: a
// sum is found by bisection on its value. Of 10⁵ rounds there are 5·10⁹ sums, which
// an int need not hold.
type pairSums struct {
	n           int64               // how many
	least, most int64               // the first and the last
	countUpTo   func(s int64) int64 // how many are ≤ s
}

// walshCount is how many Walsh averages n differences have, and the largest sum of ranks.
func walshCount(n int) int64 { return int64(n) * int64(n+1) / 2 }

// walshSums are d[i]+d[j], i ≤ j: twice the Walsh averages. d ascends.
func walshSums(d []int64) pairSums {
	n := int64(len(d))
	return pairSums{
		n:     walshCount(len(d)),
		least: 2 * d[0],
		most:  2 * d[n-1],
		countUpTo: func(s int64) int64 {
			// Walk the staircase between sums ≤ s and sums > s.
			count, j := int64(0), n-1
			for i := int64(0); i <= j; i++ {
				for j >= i && d[i]+d[j] > s {
					j--
				}
				count += j - i + 1
			}
			return count
		},
	}
}

// differences are y[j]−x[i] for all i and j. Both ascend.
func differences(x, y []int64) pairSums {
	return pairSums{
		n:     int64(len(x)) * int64(len(y)),
		least: y[0] - x[len(x)-1],
		most:  y[len(y)-1] - x[0],
		countUpTo: func(s int64) int64 {
			count, j := int64(0), 0
			for _, xi := range x {
				for j < len(y) && y[j]-xi <= s {
					j++
				}
				count += int64(j)
			}
			return count
		},
	}
}

// at returns the k-th smallest sum, k from 1.
func (p pairSums) at(k int64) int64 {
	lo, hi := p.least, p.most
	for lo < hi {
		mid := lo + (hi-lo)/2
		if p.countUpTo(mid) >= k {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// median returns the middle sum, or the mean of the two in the middle.
func (p pairSums) median() float64 {
	m := p.at((p.n + 1) / 2)
	if p.n%2 == 1 {
		return float64(m)
	}
	return (float64(m) + float64(p.at(p.n/2+1))) / 2
}
