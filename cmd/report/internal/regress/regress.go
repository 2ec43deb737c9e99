// Package regress looks for regressions between two runs of benchmarks.
//
// Two runs share no rounds as a rule, so cells are compared unpaired: the ratio of trimmed
// geometric means with a Welch interval on logs. Some things keep two runs of the same code
// from being told apart:
//
//   - A handful of rounds does not show how noisy a cell is. Its variance is judged in the
//     light of those of its kin: the cells of its unit (kinsOf).
//   - The family is all cells: intervals are simultaneous (Šidák), so that all of
//     them hold at once in 95 of 100 comparisons. All times together is the first that is
//     asked, and has a share of the 5 to itself: as one of a thousand its interval said
//     nothing of six rounds.
//   - Two runs differ by more than the rounds within one let expect: the machine was
//     in another mood. What all cells share, the control shows, a fixed spin measured
//     in each round: times are divided by it. What each cell has of its own is estimated
//     from how far the ratios of a unit's cells scatter beyond their own noise, and widens
//     every interval: an empirical null (Efron 2004, JASA 99:96). The half that lies closest
//     together is asked, so that true changes of the other half do not pass for scatter.
//     Where about half changed that is not enough: then nobody is cleared (beyondBut).
//   - A new layout of the code moves some cells, both ways. Two runs cannot tell that from
//     changes of the code that was measured (weighImprovements).
//   - Counts, as of allocations, are discrete, and most repeat themselves: these know nothing
//     of all this, and say nothing of it (exact). What a count was and is may lie so far apart
//     that no scatter of others is a doubt (apart); if it does not, ranks have to agree too.
//   - Few cells may have far more of their own than the others, and nobody can tell which. A
//     cell is worse only beyond what the tails of a mood let expect (tail).
//   - What became several times as dear now and then, no mean shows with its interval, for
//     that is how it scatters now: such samples are counted (flares).
//   - Studies that were measured in the same rounds (measure -against) have neither: they
//     are compared round by round, and what the machine does cancels.
//   - What a floor costs is the machine's: it is shown, and nobody's regression.
//   - A cell that is noisy can hide a regression, always. It does not make the whole
//     comparison undecided: for that there has to be a sign of a change, or no power
//     to speak of in most cells. Its line says what it could not have shown.
package regress

import (
	"fmt"
	"math"
	"slices"

	"crossover/cmd/report/internal/results"
	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// Comparison is what two runs say of each other, cell by cell and all together.
type Comparison struct {
	threshold float64 // 0.05: up to 5 % more is no regression
	pairs     []*pair
	groups    []group // of pairs: all, then by benchmark and impl
	onlyOld   []string
	onlyNew   []string
	control   float64 // new over old; 0 if there is none
	controlSE float64 // standard error of its logarithm, which all times share
	changed   bool    // the machine: the control moved beyond the threshold, and nobody is called worse
	together  bool    // measured in the same rounds: samples are paired
	moods     []mood
	notes     []string
	doubts    []string // each a reason not to trust an all clear
}

type outcome int

const (
	unchanged outcome = iota
	better            // the whole interval is below 1
	slower            // above 1, and within the threshold
	worse             // beyond the threshold
	unsure            // above 1, the estimate beyond the threshold, the interval on both sides
)

func (o outcome) String() string {
	return [...]string{"unchanged", "better", "slower", "worse", "cannot tell"}[o]
}

// Compare compares all cells that two runs share. Up to threshold more, 0.05 for 5 %, is no
// regression.
func Compare(old, new *results.Results, threshold float64) *Comparison {
	c := &Comparison{threshold: threshold}
	c.together = old.Study != nil && new.Study != nil && old.Study.Machine.Together != "" && old.Study.Machine.Together == new.Study.Machine.Together
	c.match(old, new)
	c.checkEnds(old, new)
	c.leaveOutPaced(old, new)
	c.noteLengths()
	if c.together {
		c.notes = append(c.notes, "both were measured in the same rounds and are compared round by round")
		for _, p := range c.pairs {
			old, new := stat.Series{Rounds: p.rounds[0], Values: p.old}, stat.Series{Rounds: p.rounds[1], Values: p.new}
			rounds := stat.CommonRounds(old, new)
			p.old, p.new = old.In(rounds), new.In(rounds)
		}
	} else {
		c.normalise(old, new)
	}
	c.judge()
	return c
}

// judge sets everybody's interval and outcome.
func (c *Comparison) judge() {
	var able []*pair
	for _, p := range c.pairs {
		p.estimate(c.control, c.together)
		if p.skip == "" {
			able = append(able, p)
		}
	}
	noisy := slices.DeleteFunc(slices.Clone(able), (*pair).exact)
	kins := kinsOf(noisy)
	if !c.together {
		c.sense(kins)
	}
	moderate(kins)
	c.group(noisy)
	var zeros []*pair
	for _, p := range c.pairs {
		if p.skip == someZeros {
			zeros = append(zeros, p)
		}
	}
	// All of them hold at once.
	level := sidak(1-(1-wholeShare)*(1-stat.Confidence), len(noisy)+len(zeros)+len(c.groups))
	for _, p := range zeros {
		p.outcome = c.byRank(p, 1-level, 1-sidak(stat.Confidence, len(zeros)))
	}
	c.judgeCells(able, level)
	for _, p := range c.pairs {
		c.flares(p)
	}
	c.judgeGroups(level)
	c.weighImprovements(noisy)
	c.doubt()
}

// judgeCells sets the intervals, at a level each, and the outcomes of cells.
func (c *Comparison) judgeCells(cells []*pair, level float64) {
	for _, p := range cells {
		margin := 0.0
		if !p.exact() {
			margin = p.mood.margin(c.errorOf(p), p.df, level)
		}
		p.lo, p.hi = p.logRatio-margin, p.logRatio+margin
		p.outcome = c.classify(p.logRatio, p.lo, p.hi, func() float64 { return c.allowance(p, level) })
		switch {
		case p.guessed:
			p.outcome = c.changedAtAll(p)
		case p.outcome == worse && study.IsClocked(p.unit) && !c.together && c.straggles(p):
			p.outcome, p.because = unsure, "of so few samples one is where OLD was"
		case !study.IsClocked(p.unit) && !c.together:
			p.outcome = c.byRank(p, 1-level, 0)
		}
	}
}

// judgeGroups sets those of groups; all times together have a level of their own.
func (c *Comparison) judgeGroups(level float64) {
	shared, sharedDF := c.weatherError()
	for i := range c.groups {
		g := &c.groups[i]
		se, df := g.mean(shared, sharedDF)
		// Not divided by the root of their number: a machine's mood is much the same for all.
		se = math.Hypot(se, c.controlSE)
		worst := g.mood()
		of := level
		if g.name == allTimes {
			of = 1 - wholeShare*(1-stat.Confidence)
		}
		margin := worst.margin(se, worst.groupDF(se, df), of)
		g.lo, g.hi = g.logRatio-margin, g.logRatio+margin
		g.outcome = c.classify(g.logRatio, g.lo, g.hi, func() float64 { return g.allowance(se, df, of) })
	}
}

// errorOf is the standard error of a cell's ratio: its own and, of times, the control's.
func (c *Comparison) errorOf(p *pair) float64 {
	if study.IsTime(p.unit) {
		return math.Hypot(p.within, c.controlSE)
	}
	return p.within
}

// wholeShare is how much of the chance of an interval that does not hold is that of all
// times together (a weighted Bonferroni).
const wholeShare = 0.2

// sidak is the level of each of n intervals that are to hold together at a level.
func sidak(level float64, n int) float64 { return math.Pow(level, 1/float64(max(1, n))) }

// classify says what an interval of a log ratio shows; allowed is what else two runs may
// differ by, and takes long to find.
func (c *Comparison) classify(at, lo, hi float64, allowed func() float64) outcome {
	limit := math.Log(1 + c.threshold)
	switch {
	case lo > limit && !c.changed && lo > limit+allowed():
		return worse
	case hi < 0:
		return better
	case lo > 0 && at > limit:
		return unsure
	case lo > 0:
		return slower
	}
	return unchanged
}

// changedAtAll classifies a cell of which nobody said what is better.
func (c *Comparison) changedAtAll(p *pair) outcome {
	if limit := math.Log(1 + c.threshold); p.lo > limit || p.hi < -limit {
		return unsure
	}
	return unchanged
}

// blind is from what ratio on a cell that cannot exclude it has shown nothing.
const blind = 2

// doubt collects why an all clear would mean nothing.
func (c *Comparison) doubt() {
	if len(c.pairs) == 0 {
		c.doubts = append(c.doubts, "no cell was measured in both")
		return
	}
	c.doubtMoods()
	c.doubtAbsence()
	c.doubtPower()
	if g := c.allTimes(); g != nil && g.outcome != worse && g.hi > math.Log(1+c.threshold) && g.logRatio > 0 && g.lo > 0 {
		c.doubts = append(c.doubts, "all times together went up, and it may be beyond the threshold")
	}
}

// doubtMoods tells of changes that what the runs differ by anyway may hide.
func (c *Comparison) doubtMoods() {
	for _, m := range c.moods {
		if m.great() {
			c.doubts = append(c.doubts, fmt.Sprintf("the runs differ by %s, and a change of most of them could hide in that: measure both in the same rounds (measure -against)", m))
		}
		if beyond, of := c.beyondBut(m); m.sd > 0 && beyond >= 2 && 3*beyond >= of {
			c.doubts = append(c.doubts, fmt.Sprintf("%d of %d cells went up beyond the threshold, were it not for what the runs differ by (%s): that may be what they scatter by, or a change of many: measure both in the same rounds (measure -against)", beyond, of, m))
		}
	}
}

// doubtAbsence tells of what was measured too seldom, or not at all.
func (c *Comparison) doubtAbsence() {
	var single []string
	for _, p := range c.pairs {
		if p.skip == oneSample && !p.floor {
			single = append(single, p.name())
		}
	}
	if len(single) > 0 {
		c.doubts = append(c.doubts, "one sample shows no scatter, and so nothing: "+spell.Some(single))
	}
	if n := len(c.onlyOld); n > 0 {
		c.doubts = append(c.doubts, fmt.Sprintf("NEW lacks %s of OLD, among them %s: what failed, or was not run, may be slower (-filter leaves out what is not to be compared)", spell.Count(n, "cell"), c.onlyOld[0]))
	}
	if lost := c.cutShort(); len(lost) > 0 {
		c.doubts = append(c.doubts, "half of its samples or more are missing in NEW, where others have all: "+spell.Some(lost))
	}
}

// doubtPower tells that most cells could not have shown a cost that became blind times as high.
func (c *Comparison) doubtPower() {
	able, excluding, asked := 0, 0, 0
	for _, p := range c.pairs {
		if p.skip == nothing || p.floor || p.exact() {
			continue
		}
		asked++
		switch {
		case p.skip == someZeros && min(len(p.old), len(p.new)) >= certain: // ranks judge it
			able, excluding = able+1, excluding+1
			continue
		case p.skip != "":
			continue
		}
		if p.mood.margin(c.errorOf(p), p.df, stat.Confidence) < math.Log(blind) {
			able++
		}
		if p.hi < math.Log(blind) {
			excluding++
		}
	}
	whole := c.allTimes()
	switch {
	case c.Status(false) == 1: // what was seen needs no power
	case able == 0 && asked > 0:
		c.doubts = append(c.doubts, fmt.Sprintf("no cell of %d could have shown, for itself, that a cost doubled: more rounds are needed", asked))
	case 2*able < asked:
		c.doubts = append(c.doubts, fmt.Sprintf("only %d of %d cells could have shown, each for itself, that a cost doubled: more rounds are needed", able, asked))
	case 2*excluding < asked && (whole == nil || whole.hi > math.Log(1.5)):
		together := ""
		if whole != nil {
			together = ", and all times together may have grown by half"
		}
		c.doubts = append(c.doubts, fmt.Sprintf("only in %d of %s is it excluded that a cost doubled%s: more rounds are needed", excluding, spell.Count(asked, "cell"), together))
	}
}

// Status is the exit status: 1 for a regression, 3 if there may be one, 0 if not. With strict
// there may be one as long as any single cell cannot exclude it.
func (c *Comparison) Status(strict bool) int {
	status := 0
	if len(c.doubts) > 0 {
		status = 3
	}
	see := func(o outcome) {
		switch {
		case o == worse:
			status = 1
		case o == unsure && status == 0:
			status = 3
		}
	}
	for _, p := range c.pairs {
		if p.floor {
			continue
		}
		see(p.outcome)
		if strict && status == 0 && p.skip == "" && p.hi > math.Log(1+c.threshold) {
			status = 3
		}
	}
	for _, g := range c.groups {
		see(g.outcome)
	}
	return status
}
