package regress

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// usualMood is what two runs of a cell differ by now and then on a virtual machine. Of fewer
// cells than few nobody can see it, and it could not be told from a change: then a cell
// has to be worse by more than a mood.
const (
	few       = 8
	usualMood = 0.2
)

// mood is what two runs differ by in each cell beyond its own noise.
type mood struct {
	of      string // what it is the mood of
	clocked bool
	sd      float64 // of logarithms
	noise   float64 // standard error of a cell's ratio by the noise within the runs, median
	cells   int     // that showed it
}

func (m mood) String() string { return fmt.Sprintf("±%.2g %% in %s", 100*m.sd, m.of) }

// great reports whether a mood is more than two runs of one code on one machine differ by
// in most of what clocks measure, as studies show, and not the rest of a noise that is as
// large: it may well be changes of many. Counts such as the length of a queue do differ so.
func (m mood) great() bool { return m.clocked && m.sd > 0.1 && m.sd > 2*m.noise }

// margin is how far an interval of a level reaches to either side: by the standard error
// from within the runs, and by what runs differ by. Its degrees of freedom are those of
// the former alone: a cell that happens to be calm within both runs is where false alarms
// come from.
func (m mood) margin(se, df, level float64) float64 {
	t := distuv.StudentsT{Sigma: 1, Nu: df}.Quantile((1 + level) / 2)
	return t * math.Hypot(se, m.sd)
}

// tail is how much further a margin reaches if what runs differ by is no normal noise: most
// cells move by a percent, and the few that depend on where the linker puts them, or on the
// disk, by eight, and it is the calm ones that show the mood. Student's t with eight degrees of
// freedom goes half the way: with three, a cell that became 1.3 times as dear was lost.
func (m mood) tail(se, df, level float64) float64 {
	within := distuv.StudentsT{Sigma: 1, Nu: df}.Quantile((1 + level) / 2)
	between := distuv.StudentsT{Sigma: 1, Nu: 8}.Quantile((1 + level) / 2)
	return max(0, math.Hypot(within*se, between*m.sd)-within*math.Hypot(se, m.sd))
}

// groupDF is the degrees of freedom of a group's margin. What runs differ by, most of it,
// is known from all cells of a unit (Satterthwaite 1946, Biometrics Bulletin 2:110).
func (m mood) groupDF(se, df float64) float64 {
	const efficiency = 0.37 // of stat.ShortHalf, against the standard deviation
	within, between := se*se, m.sd*m.sd
	if between == 0 {
		return df
	}
	return (within + between) * (within + between) / (within*within/df + between*between/(efficiency*float64(m.cells)))
}

// allowance is what a cell has to be worse by beyond its interval: what the cells of its kin
// do not show of moods.
func (c *Comparison) allowance(p *pair, level float64) float64 {
	usual := math.Log(1 + usualMood)
	if p.few {
		return usual
	}
	return min(usual, p.mood.tail(c.errorOf(p), p.df, level))
}

// sense gives each cell the mood that its kin show.
func (c *Comparison) sense(kins []kin) {
	for _, k := range kins {
		if k.few { // a borrowed light does not show it: tails have moods that means know nothing of
			c.notes = append(c.notes, fmt.Sprintf("fewer than %d cells that vary do not show what two runs differ by anyway: there a regression of %s has to exceed %.0f %% more", few, k.unitNames(), 100*usualMood))
			for _, p := range k.pairs {
				p.few = true
			}
		}
		if !k.known() {
			continue
		}
		sd, noise := scatterBetween(k.light)
		m := mood{k.name(len(kins)), study.IsClocked(k.units[0]), sd, noise, len(k.light)}
		c.moods = append(c.moods, m)
		for _, p := range k.pairs {
			p.mood = m
		}
	}
}

// beyondBut counts the cells of a mood that went up beyond the threshold by what the
// rounds within each run say, and all of them. A mood that is known from cells of which
// every other changed hides what it should show.
func (c *Comparison) beyondBut(m mood) (beyond, of int) {
	for _, p := range c.pairs {
		if p.skip != "" || p.floor || p.guessed || p.mood != m {
			continue
		}
		of++
		own := mood{}.margin(c.errorOf(p), p.df, stat.Confidence)
		if p.logRatio > math.Log(1+c.threshold) && p.logRatio-own > 0 {
			beyond++
		}
	}
	return beyond, of
}

// manyBetter is from how many cells on that became better nobody takes it for chance.
const manyBetter = 3

// weighImprovements calls a cell worse only if it became so by more than any other of its
// unit became better, where several did: where the layout of a program moves cells, it moves
// them both ways. One that did may be the code's; twice as much is enough then, or more than a
// mood. Counts are not moved so. Few cells that moved together, such as those of one variant,
// are no better evidence than one of them.
func (c *Comparison) weighImprovements(cells []*pair) {
	if c.together {
		return
	}
	clocked := slices.DeleteFunc(slices.Clone(cells), func(p *pair) bool { return !study.IsClocked(p.unit) })
	gains := map[string][]float64{} // by unit
	for _, p := range clocked {
		if p.outcome == better && p.logRatio < -math.Log(1+c.threshold) && !p.floor {
			gains[p.unit] = append(gains[p.unit], -p.logRatio)
		}
	}
	weighed := func(o outcome, lo float64, unit string) outcome {
		g := gains[unit]
		if o != worse || len(g) == 0 {
			return o
		}
		if most := slices.Max(g); lo <= min(2*most, math.Log((1+c.threshold)*(1+usualMood))) || len(g) >= manyBetter && lo <= most {
			return unsure
		}
		return o
	}
	for _, p := range clocked {
		p.outcome = weighed(p.outcome, p.lo, p.unit)
	}
	for i := range c.groups {
		if g := &c.groups[i]; g.name != allTimes {
			g.outcome = weighed(g.outcome, g.lo, study.Cost)
		}
	}
}

// scatterBetween estimates what two runs differ by in each of some cells beyond its own
// noise, and what the latter is.
func scatterBetween(pairs []*pair) (sd, noise float64) {
	weather := [2][]float64{roundMedians(pairs, 0), roundMedians(pairs, 1)}
	// What a round does to all cells is no part of how cells scatter.
	var own [2][]stat.Trimmed
	for side := range own {
		for _, p := range pairs {
			logs := stat.LogsOf(p.side(side))
			for r := range logs {
				if r < len(weather[side]) {
					logs[r] -= weather[side][r]
				}
			}
			own[side] = append(own[side], trim(logs))
		}
	}
	var ratios, within []float64
	for i, p := range pairs {
		ratios, within = append(ratios, p.logRatio), append(within, own[0][i].Variance+own[1][i].Variance)
	}
	total := stat.ShortHalf(ratios)
	usual := stat.Series{Values: within}.Median()
	return math.Sqrt(max(0, total*total-usual)), math.Sqrt(usual)
}

// roundMedians is how far the middle cell of each round is from its own mean.
func roundMedians(pairs []*pair, side int) (weather []float64) {
	rounds := fewest(pairs, side)
	off := make([][]float64, rounds)
	for _, p := range pairs {
		logs := stat.LogsOf(p.side(side)[:rounds])
		middle := floats.Sum(logs) / float64(rounds)
		for r, l := range logs {
			off[r] = append(off[r], l-middle)
		}
	}
	for _, o := range off {
		weather = append(weather, stat.Series{Values: o}.Median())
	}
	return weather
}

// fewest is how many rounds all cells have.
func fewest(pairs []*pair, side int) int {
	n := math.MaxInt
	for _, p := range pairs {
		n = min(n, len(p.side(side)))
	}
	return n
}
