package regress

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// allTimes is the group of all cells that are times.
const allTimes = "all times"

// group is the mean of several cells, which shows what no single one does.
type group struct {
	name     string
	pairs    []*pair
	logRatio float64
	lo, hi   float64
	outcome  outcome
}

// allTimes is the group so called; nil if there are not two times.
func (c *Comparison) allTimes() *group {
	for i := range c.groups {
		if c.groups[i].name == allTimes {
			return &c.groups[i]
		}
	}
	return nil
}

// group forms groups: all times, and those of each benchmark and impl.
func (c *Comparison) group(able []*pair) {
	var order []string
	members := map[string][]*pair{}
	add := func(name string, p *pair) {
		if members[name] == nil {
			order = append(order, name)
		}
		members[name] = append(members[name], p)
	}
	for _, p := range able {
		if p.better < 0 && study.IsTime(p.unit) && !p.floor {
			add(allTimes, p)
		}
	}
	for _, p := range able {
		if impl := keyOf(p.id, "impl"); impl != "" && p.unit == study.Cost {
			add(strings.TrimPrefix(strings.SplitN(p.id, "/", 2)[0], "Benchmark")+" impl="+impl, p)
		}
	}
	for _, name := range order {
		if len(members[name]) > 1 {
			c.groups = append(c.groups, group{name: name, pairs: members[name]})
		}
	}
}

// mean sets the group's ratio and returns its standard error and degrees of freedom
// (Satterthwaite), given those of the weather. Most of its cells are of different
// situations and so measured far apart within a round: each has noise of its own, and the
// weather. The scatter of the group's mean from round to round shows both at once, but of
// six rounds nobody can know it well: with the intervals of all groups at once a cost that
// doubled was overlooked.
func (g *group) mean(weather, weatherDF float64) (se, df float64) {
	n := float64(len(g.pairs))
	g.logRatio = 0
	total := weather * weather
	spread := total * total / weatherDF
	for _, p := range g.pairs {
		g.logRatio += p.logRatio / n
		own := p.within * p.within / (n * n)
		total += own
		spread += own * own / p.df
	}
	return math.Sqrt(total), total * total / spread
}

// weatherError is the standard error, with its degrees of freedom, that comes from what
// rounds do to all cells together: it does not average out over them.
func (c *Comparison) weatherError() (se, df float64) {
	g := c.allTimes()
	if g == nil {
		return 0, manyDF
	}
	before, after := roundMedians(g.pairs, 0), roundMedians(g.pairs, 1)
	if c.together && len(before) == len(after) {
		d := trim(minus(after, before))
		return math.Sqrt(d.Variance), d.DF
	}
	return stat.Welch(trim(before), trim(after))
}

// allowance is what it has to be worse by beyond its interval. Far more than others differ by
// few cells, so that averages out.
func (g *group) allowance(se, df, level float64) float64 {
	usual := math.Log(1 + usualMood)
	if slices.ContainsFunc(g.pairs, func(p *pair) bool { return p.few }) {
		return usual
	}
	return min(usual, g.mood().tail(se, df, level)/math.Sqrt(float64(len(g.pairs))))
}

// mood is the worst of its cells'.
func (g *group) mood() mood {
	return slices.MaxFunc(g.pairs, func(a, b *pair) int { return cmp.Compare(a.mood.sd, b.mood.sd) }).mood
}
