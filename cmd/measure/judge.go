package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// findings are what a self-test measured.
type findings struct {
	rule  rule
	trial trial
	seed  int64

	kinds           []kindOf
	values          []series // of each cell, by round
	rounds          int
	secondsPerRound []float64 // of each cell, process start and all
	control         series
	spans           []span    // of each cell, round by round
	cores           []float64 // the probe that fills a core, beside each span
	cpus            int
	further         []series // what slowRun added to values; nil: nothing

	blocks [][2][]float64
	hogs   []hogged
	again  *again // nil: not asked for
}

const alpha = 0.05

// windowOf is the rounds [from, to) of one comparison.
type windowOf struct{ from, to int }

// windows cuts the long run into disjoint stretches as the rule would end them: the
// comparison of a and b ends when it says so, and the next one starts there.
func (f *findings) windows(a, b series) (ws []windowOf) {
	for from := 0; ; {
		n := f.ends(a[from:], b[from:])
		if n == 0 {
			return ws
		}
		ws = append(ws, windowOf{from, from + n})
		from += n
	}
}

// ends is after how many rounds the rule ends a study of a and b; 0 if there are not
// so many left.
func (f *findings) ends(a, b series) int {
	most := f.rule.rounds
	for n := 1; n <= len(a); n++ {
		if f.rule.look(n) {
			if r, err := stat.PairedRatio(a[:n], b[:n], 1-alpha); err == nil && r.HalfWidth()-1 <= f.rule.until {
				return n
			}
		}
		if n == most {
			return n
		}
	}
	return 0
}

// comparison is one study of two entrants whose true ratio is known.
type comparison struct {
	truth float64
	stat.Ratio
}

// compare returns the ratios of b to a in all windows.
func (f *findings) compare(a, b int, truth float64) (cs []comparison, err error) {
	old, new := f.values[a], f.values[b]
	for _, w := range f.windows(old, new) {
		r, err := stat.PairedRatio(old[w.from:w.to], new[w.from:w.to], 1-alpha)
		if err != nil {
			return nil, fmt.Errorf("self-test: %w", err)
		}
		cs = append(cs, comparison{truth, r})
	}
	return cs, nil
}

// identical compares disjoint pairs of entrants that are the same.
func (f *findings) identical() (cs []comparison, err error) {
	for _, k := range f.kinds {
		for i := 0; i+1 < len(k.same); i += 2 {
			some, err := f.compare(k.same[i], k.same[i+1], 1)
			if err != nil {
				return nil, err
			}
			cs = append(cs, some...)
		}
	}
	return cs, nil
}

// slower compares each slower entrant with one that is not; by per cent.
func (f *findings) slower() (map[int][]comparison, error) {
	by := map[int][]comparison{}
	for _, k := range f.kinds {
		for percent, i := range k.more {
			some, err := f.compare(k.same[0], i, 1+float64(percent)/100)
			if err != nil {
				return nil, err
			}
			by[percent] = append(by[percent], some...)
		}
	}
	return by, nil
}

// families are all identical entrants of a kind against the first, corrected by Holm
// as a report does. All of a family end where the pair that ends last does.
func (f *findings) families() (alarms stat.Proportion, err error) {
	for _, k := range f.kinds {
		for from := 0; ; {
			n := 0
			for _, i := range k.same[1:] {
				end := f.ends(f.values[k.same[0]][from:], f.values[i][from:])
				if end == 0 {
					n = 0
					break
				}
				n = max(n, end)
			}
			if n == 0 {
				break
			}
			var ps []float64
			for _, i := range k.same[1:] {
				r, err := stat.PairedRatio(f.values[k.same[0]][from:from+n], f.values[i][from:from+n], 1-alpha)
				if err != nil {
					return alarms, fmt.Errorf("self-test: %w", err)
				}
				ps = append(ps, r.P)
			}
			alarms.Add(slices.Min(stat.Holm(ps)) <= alpha)
			from += n
		}
	}
	return alarms, nil
}

// inBlocks counts false alarms of the block schedule, compared as benchstat does.
func (f *findings) inBlocks() (alarms stat.Proportion) {
	for _, p := range f.blocks {
		if len(p[0]) > 0 && len(p[1]) > 0 {
			alarms.Add(stat.MannWhitney(p[0], p[1]).P <= alpha)
		}
	}
	return alarms
}

// drifting is how often the alarm of short studies goes off.
type drifting struct {
	quiet, disturbed stat.Proportion // stretches of the long run
	hogs             stat.Proportion // with a hog in the middle
	said             []string        // on quiet ones
}

func (f *findings) drifts() (d drifting) {
	perRound := len(f.values) // a span each; those of a last round that is not whole follow
	for from := 0; from+hogRounds <= f.rounds; from += hogRounds {
		to := from + hogRounds
		spans := f.spans[from*perRound : to*perRound]
		ws := alarms(f.control[from:to], spans, f.cpus)
		if disturbed(spans, f.cores[from*perRound:to*perRound], f.cpus) {
			d.disturbed.Add(len(ws) > 0)
			continue
		}
		d.quiet.Add(len(ws) > 0)
		for _, w := range ws {
			d.said = append(d.said, fmt.Sprintf("Rounds %d to %d: %s", from+1, to, w))
		}
	}
	for _, h := range f.hogs {
		d.hogs.Add(len(alarms(h.control, h.spans, f.cpus)) > 0)
	}
	return d
}

// stolenLimit is the share of its CPUs that a quiet study may lose to other guests.
const stolenLimit = 0.01

// disturbed reports whether other guests of the host disturbed a short study, so that its
// alarm is right to go off. Its witnesses are not the control: the processor time that the
// kernel knows was stolen, and the probe that fills a core, which is judged as the control is.
func disturbed(spans []span, cores []float64, cpus int) bool {
	var all span
	for _, s := range spans {
		all = all.plus(s, 1)
	}
	var rounds []float64
	for round := range slices.Chunk(cores, max(1, len(cores)/hogRounds)) {
		rounds = append(rounds, slices.Sorted(slices.Values(round))[len(round)/2])
	}
	return all.stolen.Seconds() > stolenLimit*float64(cpus)*all.took.Seconds() || movement(rounds) > driftLimit
}

// power estimates it for each slower entrant.
func (f *findings) power() (all []study.SelfTestPower, err error) {
	percents := []int{}
	for p := range f.kinds[0].more {
		percents = append(percents, p)
	}
	slices.Sort(percents)
	for _, percent := range percents {
		some, err := f.powerOf(percent)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// powerOf estimates how often so much of a slowdown is found, by each of powerRounds.
func (f *findings) powerOf(percent int) (all []study.SelfTestPower, err error) {
	rng := rand.New(rand.NewPCG(uint64(f.seed), uint64(percent)))
	rounds := f.roundsOf(percent)
	for _, n := range powerRounds(rounds, f.allowedRounds()) {
		at := study.SelfTestPower{Percent: percent, Rounds: n}
		var sub, disjoint stat.Proportion
		for _, k := range f.kinds {
			a, b := k.same[0], k.more[percent]
			old, new := f.whole(a)[:rounds], f.whole(b)[:rounds]
			some, err := stat.Power(old, new, n, alpha, f.trial.draws, rng)
			if err != nil {
				return nil, fmt.Errorf("self-test: %w", err)
			}
			sub.K, sub.N = sub.K+some.K, sub.N+some.N
			for from := 0; from+n <= rounds; from += n {
				r, err := stat.PairedRatio(old[from:from+n], new[from:from+n], 1-alpha)
				if err != nil {
					return nil, fmt.Errorf("self-test: %w", err)
				}
				disjoint.Add(r.P <= alpha && r.Est > 1)
			}
		}
		at.Seconds = float64(n) * f.secondsOfPair(percent)
		at.Subsamples, at.Found = sub.N, sub.Share()
		at.DisjointFound, at.Disjoint = disjoint.K, disjoint.N
		at.Lo, at.Hi = disjoint.Interval(0.95)
		all = append(all, at)
	}
	return all, nil
}

// powerRounds are the numbers of rounds of which power is estimated: 10, 20, 40, … up to half
// of those measured, and among these as many as are allowed.
func powerRounds(rounds, allowed int) (ns []int) {
	most := max(10, rounds/2)
	for n := 10; n <= min(most, rounds); n *= 2 {
		ns = append(ns, n)
	}
	if n := min(most, allowed); n > 10 && !slices.Contains(ns, n) {
		ns = append(ns, n)
		slices.Sort(ns)
	}
	return ns
}

// allowedRounds is for how many rounds the pairs of which a slowdown should be found may be
// measured.
func (f *findings) allowedRounds() int {
	return int(f.trial.given.Seconds() / f.secondsOfPair(soughtPercent))
}

// secondsOfPair is what one round of the pair that takes longest takes.
func (f *findings) secondsOfPair(percent int) (most float64) {
	for _, k := range f.kinds {
		most = max(most, f.secondsPerRound[k.same[0]]+f.secondsPerRound[k.more[percent]])
	}
	return most
}

// whole is all that was measured of a cell, by the long run and by slowRun.
func (f *findings) whole(cell int) series {
	if f.further == nil {
		return f.values[cell]
	}
	return slices.Concat(f.values[cell], f.further[cell])
}

// roundsOf is how many rounds hold all pairs of a slower entrant and one that is not.
func (f *findings) roundsOf(percent int) int {
	rounds := math.MaxInt
	for _, k := range f.kinds {
		rounds = min(rounds, len(f.whole(k.same[0])), len(f.whole(k.more[percent])))
	}
	return rounds
}

// The target for power: a slowdown of soughtPercent is found in soughtShare of tries, given
// as much measuring of a pair as the trial allows.
const (
	soughtPercent = 5
	soughtShare   = 0.8
)

// sought is the power that the target is about: by the most rounds that were measured
// and are allowed. It has no rounds if there is none.
func (f *findings) sought(all []study.SelfTestPower) (best study.SelfTestPower) {
	for _, p := range all {
		if p.Percent == soughtPercent && p.Rounds <= f.allowedRounds() && p.Rounds > best.Rounds {
			best = p
		}
	}
	return best
}

// judge makes the table.
func (f *findings) judge() (*selfTestResult, error) {
	same, err := f.identical()
	if err != nil {
		return nil, err
	}
	slow, err := f.slower()
	if err != nil {
		return nil, err
	}
	r := &selfTestResult{study.SelfTest{Rule: f.rule.String(), Rounds: f.rounds}}
	var falsePositives, coverage, coverageSlow stat.Proportion
	for _, c := range same {
		falsePositives.Add(c.P <= alpha)
		coverage.Add(c.Lo <= c.truth && c.truth <= c.Hi)
	}
	for _, cs := range slow {
		for _, c := range cs {
			coverageSlow.Add(c.Lo <= c.truth && c.truth <= c.Hi)
		}
	}
	r.add("false-positives", "False positives of the paired comparison at α = 0.05, disjoint identical pairs", falsePositives,
		"95 % interval inside 2.5–7.5 %, n ≥ 2,000", func(share, lo, hi float64) bool {
			return lo >= 0.025 && hi <= 0.075 && falsePositives.N >= 2000
		})
	r.add("false-positives-blocks", "The same for the block schedule: -count=10 twice, Mann–Whitney as benchstat", f.inBlocks(), "shown for contrast", nil)
	families, err := f.families()
	if err != nil {
		return nil, err
	}
	r.add("families", fmt.Sprintf("Families of %d identical comparisons with any false alarm after Holm", len(f.kinds[0].same)-1), families,
		"≤ 5 %", func(share, lo, hi float64) bool { return share <= 0.05 })
	covers := func(share, lo, hi float64) bool { return share >= 0.93 && share <= 0.97 }
	r.add("coverage", "Coverage of the 95 % ratio interval, identical entrants", coverage, "93–97 %", covers)
	r.add("coverage-slower", "The same where the ratio is 1.02, 1.05 or 1.10 by construction", coverageSlow, "93–97 %", covers)

	if r.Power, err = f.power(); err != nil {
		return nil, err
	}
	if best := f.sought(r.Power); best.Rounds > 0 {
		found := stat.Proportion{K: int(math.Round(best.Found * float64(best.Subsamples))), N: best.Subsamples}
		r.add("power", fmt.Sprintf("A %d %% slowdown found, given %.1f s of measuring per pair (%d rounds; %v s allowed), subsampled",
			soughtPercent, best.Seconds, best.Rounds, f.trial.given.Seconds()),
			found, fmt.Sprintf("≥ %.0f %%", 100*soughtShare), func(share, lo, hi float64) bool { return share >= soughtShare })
	}
	if f.again != nil {
		f.again.addTo(r)
	}
	d := f.drifts()
	r.QuietAlarms = d.said
	r.add("alarm-hog", "Alarm where a CPU hog ran in mid-study", d.hogs, "≥ 95 %", func(share, lo, hi float64) bool { return share >= 0.95 })
	r.add("alarm-quiet", "Alarm on quiet studies of ten rounds", d.quiet, "≤ 2 %", func(share, lo, hi float64) bool { return share <= 0.02 })
	if d.disturbed.N > 0 {
		r.add("alarm-disturbed", "The same where other guests of the host disturbed them", d.disturbed, "shown for contrast", nil)
	}
	return r, nil
}
