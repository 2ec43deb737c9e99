package tally

import (
	"math"

	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchmath"

	"crossover/cmd/report/internal/memo"
)

// rankTests remembers the results of rank-sum tests. The outcome depends on nothing
// but how the two samples interleave, and few cells do so in a new way; computing the
// exact distribution is most of what benchstat does.
type rankTests struct {
	known memo.Memo[string, *cellComparison] // by interleaving
}

func (t *rankTests) compare(a, b *benchmath.Sample) *cellComparison {
	if max(len(a.Values), len(b.Values)) > stats.MannWhitneyExactLimit {
		return newCellComparison(benchmath.AssumeNothing, a, b)
	}
	return t.known.Of(interleaving(a.Values, b.Values), func() *cellComparison {
		return newCellComparison(benchmath.AssumeNothing, a, b)
	})
}

// interleaving is all that the test sees of two ascending samples: how many values
// there are, the rank sum of the first and the sizes of the ties.
func interleaving(a, b []float64) string {
	var buffer [128]byte // enough for two samples of moremath's exact limit
	key := append(buffer[:0], byte(len(a)), byte(len(b)))
	double := 0 // twice the rank sum of a
	var ties []byte
	tied := false
	for i, j, rank := 0, 0, 0; i < len(a) || j < len(b); {
		v := math.Inf(1)
		if i < len(a) {
			v = a[i]
		}
		if j < len(b) {
			v = min(v, b[j])
		}
		na, n := 0, 0
		for ; i < len(a) && a[i] == v; i++ {
			na++
			n++
		}
		for ; j < len(b) && b[j] == v; j++ {
			n++
		}
		double += na * (2*rank + n + 1)
		rank += n
		ties = append(ties, byte(n))
		tied = tied || n > 1
	}
	key = append(key, byte(double), byte(double>>8))
	if tied {
		key = append(key, ties...)
	}
	return string(key)
}
