package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// synthetic is a long run of entrants that cost what they should, on a machine that
// drifts, with noise of so much.
func synthetic(rounds int, noise float64, slow float64) *findings {
	rng := rand.New(rand.NewPCG(1, 2))
	f := &findings{rule: rule{rounds: 10}, trial: trial{draws: 100, given: time.Minute}, rounds: rounds, cpus: 2}
	add := func(factor float64) int {
		var s series
		for r := 1; r <= rounds; r++ {
			machine := 1 + 0.2*math.Sin(float64(r)/30)
			s.record(r, 100*factor*machine*math.Exp(noise*rng.NormFloat64()))
		}
		f.values = append(f.values, s)
		f.secondsPerRound = append(f.secondsPerRound, 0.01)
		return len(f.values) - 1
	}
	for _, name := range []string{"a", "b", "c"} {
		k := kindOf{name: name, more: map[int]int{}}
		for range 14 {
			k.same = append(k.same, add(1))
		}
		for _, p := range []int{2, 5, 10} {
			k.more[p] = add(1 + slow*float64(p)/100)
		}
		f.kinds = append(f.kinds, k)
	}
	for r := 1; r <= rounds; r++ {
		f.control.record(r, 100*(1+0.01*rng.NormFloat64()))
	}
	f.values = append(f.values, f.control)
	for range rounds {
		for range f.values {
			f.spans = append(f.spans, span{took: 10 * time.Millisecond})
			f.cores = append(f.cores, 100)
		}
	}
	for range 20 {
		h := hogged{}
		for r := range hogRounds {
			busy := 0.0
			if r+1 >= hogFrom && r+1 <= hogTo {
				busy = 1
			}
			h.control = append(h.control, 100*(1+busy))
			for range 20 {
				h.spans = append(h.spans, span{took: 10 * time.Millisecond, others: time.Duration(busy * float64(5*time.Millisecond))})
			}
		}
		f.hogs = append(f.hogs, h)
	}
	f.blocks = [][2][]float64{{{1, 2, 3, 4, 5, 6}, {11, 12, 13, 14, 15, 16}}, {{1, 3, 5}, {2, 4, 6}}}
	return f
}

func figureOf(t *testing.T, r *selfTestResult, id string) study.SelfTestShare {
	t.Helper()
	for _, f := range r.Figures {
		if f.ID == id {
			return f
		}
	}
	t.Fatalf("no figure %s", id)
	return study.SelfTestShare{}
}

// An instrument that is right meets every target.
func TestJudgeSound(t *testing.T) {
	r, err := synthetic(960, 0.05, 1).judge()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.missed(); err != nil {
		t.Errorf("%v:\n%s", err, r.table())
	}
	if f := figureOf(t, r, "false-positives"); f.N != 96*21 {
		t.Errorf("%d disjoint pairs, want %d", f.N, 96*21)
	}
	if f := figureOf(t, r, "false-positives-blocks"); f.K != 1 || f.N != 2 || f.Met != nil {
		t.Errorf("in blocks: %+v", f)
	}
	for i, p := range r.Power {
		if i > 0 && p.Percent == r.Power[i-1].Percent && (p.Found < r.Power[i-1].Found-0.1 || p.Rounds <= r.Power[i-1].Rounds) {
			t.Errorf("power %+v after %+v", p, r.Power[i-1])
		}
	}
}

// Power is known of half of the rounds at most, and of as many of them as are allowed.
func TestPowerRounds(t *testing.T) {
	for _, c := range []struct {
		rounds, allowed int
		want            []int
	}{
		{rounds: 9, allowed: 100},
		{rounds: 10, allowed: 100, want: []int{10}},
		{rounds: 160, allowed: 5, want: []int{10, 20, 40, 80}},
		{rounds: 160, allowed: 1000, want: []int{10, 20, 40, 80}},
		{rounds: 160, allowed: 30, want: []int{10, 20, 30, 40, 80}},
		{rounds: 190, allowed: 1000, want: []int{10, 20, 40, 80, 95}},
	} {
		if got := powerRounds(c.rounds, c.allowed); !slices.Equal(got, c.want) {
			t.Errorf("powerRounds(%d, %d) = %v, want %v", c.rounds, c.allowed, got, c.want)
		}
	}
}

// One that is wrong does not: entrants said to be slower are not, the machine drifts
// between the entrants of a pair, the control never moves.
func TestJudgeFlawed(t *testing.T) {
	f := synthetic(400, 0.05, 0)
	for _, k := range f.kinds {
		for i := 0; i < len(k.same); i += 2 {
			for r := range f.values[k.same[i]] {
				f.values[k.same[i]][r] *= 1.03
			}
		}
	}
	for i := range f.hogs {
		f.hogs[i] = hogged{f.control[:10], slices.Clone(f.spans[:10*len(f.values)])}
	}
	for i := range f.spans {
		f.spans[i].others = f.spans[i].took / 2
	}
	r, err := f.judge()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"false-positives", "families", "coverage", "coverage-slower", "power", "alarm-quiet", "alarm-hog"} {
		if f := figureOf(t, r, id); f.Met == nil || *f.Met {
			t.Errorf("%s is met: %+v", id, f)
		}
	}
	if err := r.missed(); err == nil || err.Error() != "7 of 8 figures miss their target" {
		t.Errorf("error %v", err)
	}
	if quiet := figureOf(t, r, "alarm-quiet"); len(r.QuietAlarms) != quiet.K {
		t.Errorf("%d alarms of busy CPUs, listed are %q", quiet.K, r.QuietAlarms)
	}
	if !strings.Contains(r.page(), "- Rounds 1 to 10: The machine was busy") {
		t.Errorf("the alarms are not told:\n%s", r.page())
	}
}

// An alarm is false where nothing but the alarm says that something happened.
func TestDisturbed(t *testing.T) {
	f := synthetic(40, 0.05, 1)
	n := hogRounds * len(f.values)
	for i := range n { // a CPU was taken away
		f.spans[i].others, f.spans[i].stolen = 5*time.Millisecond, 5*time.Millisecond
		f.cores[i] = 150 // all the time
	}
	for i := n; i < 2*n; i++ { // a neighbour came to the core
		f.spans[i].others = 5 * time.Millisecond
		if i >= n+n/2 {
			f.cores[i] *= 1.4
		}
	}
	for i := 2 * n; i < 3*n; i++ { // a program of this machine
		f.spans[i].others, f.spans[i].stolen = 5*time.Millisecond, 150*time.Microsecond // of two CPUs less than 1 %
		f.cores[i] *= 1 + 0.2*float64(i%2)
		if i%len(f.values) == len(f.values)/2 && i >= 2*n+n/2 { // one of a round
			f.cores[i] *= 1.5
		}
	}
	d := f.drifts()
	if d.disturbed.K != 2 || d.disturbed.N != 2 || d.quiet.K != 1 || d.quiet.N != 2 {
		t.Errorf("disturbed %+v, quiet %+v", d.disturbed, d.quiet)
	}
	if len(d.said) != 1 || !strings.HasPrefix(d.said[0], "Rounds 21 to 30: The machine was busy while it measured: something else took") {
		t.Errorf("listed are %q", d.said)
	}
	// What was measured of another round before an interruption moves nothing.
	last := len(f.values) - 1
	f.spans, f.cores = append(f.spans, f.spans[:last]...), append(f.cores, f.cores[:last]...)
	if cut := f.drifts(); !reflect.DeepEqual(cut, d) {
		t.Errorf("interrupted %+v, else %+v", cut, d)
	}
}

// A rule on widths ends each comparison at a look, and the next starts there.
func TestJudgeUntil(t *testing.T) {
	f := synthetic(600, 0.03, 1)
	f.rule = rule{rounds: 100, until: 0.02}
	k := f.kinds[0]
	next, narrow := 0, false
	for _, w := range f.windows(f.values[k.same[0]], f.values[k.same[1]]) {
		if w.from != next || !(f.rule.look(w.to-w.from) || w.to-w.from == 100) {
			t.Errorf("window %+v after %d", w, next)
		}
		next, narrow = w.to, narrow || w.to-w.from < 100
	}
	if !narrow {
		t.Error("no window ends because its interval is narrow")
	}
	r, err := f.judge()
	if err != nil {
		t.Fatal(err)
	}
	if f := figureOf(t, r, "false-positives"); f.N == 0 || f.Lo > 0.075 {
		t.Errorf("%+v", f)
	}
}

// What is too good misses its target as well, and so does what was tried too seldom to tell.
func TestJudgeTooGood(t *testing.T) {
	still := synthetic(960, 0, 1)
	few := synthetic(400, 0.05, 1)
	for i := range 2 * hogRounds * len(few.values) { // alarms in two stretches of forty
		few.spans[i].others = few.spans[i].took / 2
	}
	all := stat.Proportion{K: 4, N: 4}
	few.again = &again{same: all, decided: all}
	for _, test := range []struct {
		f    *findings
		id   string
		want bool
	}{
		{still, "false-positives", false}, {still, "coverage", false}, {still, "families", true},
		{few, "false-positives", false}, {few, "alarm-quiet", false}, {few, "again", true}, {few, "decided", true},
	} {
		r, err := test.f.judge()
		if err != nil {
			t.Fatal(err)
		}
		if got := figureOf(t, r, test.id); got.Met == nil || *got.Met != test.want {
			t.Errorf("met: %v: %+v", !test.want, got)
		}
	}
	r := &selfTestResult{}
	r.add("none", "", stat.Proportion{}, "", func(share, lo, hi float64) bool { return true })
	r.add("some", "", stat.Proportion{K: 0, N: 100}, "", func(share, lo, hi float64) bool { return hi > 0.036 && hi < 0.037 })
	if none, some := figureOf(t, r, "none"), figureOf(t, r, "some"); *none.Met || !*some.Met {
		t.Errorf("of none %+v, of some %+v", none, some)
	}
}

// A family ends where the pair that ends last does, and one that cannot end is none.
func TestFamilies(t *testing.T) {
	f := &findings{rule: rule{rounds: 20, until: 0.02}, kinds: []kindOf{{same: []int{0, 1, 2}}}, values: make([]series, 3)}
	for r := 1; r <= 50; r++ {
		f.values[0].record(r, 100)
		f.values[1].record(r, 100*(1+0.5*float64(r%2))) // ends after 20 rounds
		f.values[2].record(r, 100)                      // and this after 10
	}
	if alarms, err := f.families(); err != nil || alarms.N != 2 {
		t.Errorf("%+v, %v; want two families", alarms, err)
	}
}

// The alarm with a hog is that of its own study.
func TestHogAlarms(t *testing.T) {
	f := synthetic(10, 0.05, 1)
	moved := []float64{100, 100, 100, 150, 150, 150, 150, 150, 100, 100}
	f.hogs = []hogged{{control: moved}, {control: f.control}}
	if d := f.drifts(); d.hogs.K != 1 || d.hogs.N != 2 {
		t.Errorf("%+v, want one of two", d.hogs)
	}
}

// Power counts what is found to be slower, of all kinds, by the time that the dearest pair takes.
func TestPower(t *testing.T) {
	const rounds = 70
	f := synthetic(rounds, 0.05, 1)
	f.trial.given = 3*time.Second + time.Millisecond
	for _, k := range f.kinds {
		f.secondsPerRound[k.more[5]] = 0.05
	}
	if got := f.allowedRounds(); got != 50 {
		t.Errorf("%d rounds of 60 ms are allowed in 3 s", got)
	}
	for _, percent := range []int{5, 10} {
		all, err := f.powerOf(percent)
		if err != nil {
			t.Fatal(err)
		}
		each := map[int]float64{5: 0.06, 10: 0.02}[percent]
		for _, p := range all {
			found := p.Found * float64(p.Subsamples)
			if p.Percent != percent || p.Subsamples != 3*f.trial.draws || p.Disjoint != 3*(rounds/p.Rounds) || !scalar.EqualWithinAbs(p.Seconds, each*float64(p.Rounds), 1e-9) ||
				p.Found == 0 || !scalar.EqualWithinAbs(found, math.Round(found), 1e-9) {
				t.Errorf("%+v", p)
			}
		}
	}
	faster, err := synthetic(rounds, 0.01, -1).powerOf(10)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range faster {
		if p.Found > 0 || p.DisjointFound > 0 {
			t.Errorf("what is faster is found to be slower: %+v", p)
		}
	}

	f.further = make([]series, len(f.values))
	for _, k := range f.kinds {
		f.further[k.same[0]] = slices.Clone(f.values[k.same[0]][:30])
		f.further[k.more[5]] = slices.Clone(f.values[k.more[5]][:30])
	}
	if five, two := f.roundsOf(5), f.roundsOf(2); five != rounds+30 || two != rounds {
		t.Errorf("%d and %d rounds, want %d and %d", five, two, rounds+30, rounds)
	}
}

// The power that counts is by the most rounds that are allowed, of the slowdown that is sought.
func TestSought(t *testing.T) {
	f := synthetic(10, 0.05, 1) // where a minute allows for 3000
	all := []study.SelfTestPower{{Percent: 2, Rounds: 40}, {Percent: 5, Rounds: 10}, {Percent: 5, Rounds: 20, Found: 0.5}, {Percent: 5, Rounds: 4000}, {Percent: 10, Rounds: 40}}
	if got := f.sought(all); got != all[2] {
		t.Errorf("%+v, want %+v", got, all[2])
	}
	if got := f.sought(all[:1]); got.Rounds != 0 {
		t.Errorf("of another slowdown: %+v", got)
	}
}

// The whole self-test, much shortened: what it finds on a busy machine is not asked.
func TestSelfTest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "selftest")
	o, err := parseOptions([]string{"-selftest", "-o", dir, "-benchtime", "1ms"})
	if err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	given := 1500 * time.Millisecond
	err = selfTest(t.Context(), o, trial{pairs: 21, blocks: 1, hogs: 1, draws: 10, given: given}, &out, &errs)
	if err != nil && !strings.Contains(err.Error(), "miss their target") {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var r selfTestResult
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(dir, study.SelfTestFile))), &r); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"false-positives", "false-positives-blocks", "families", "coverage", "coverage-slower", "alarm-hog"} {
		if f := figureOf(t, &r, id); f.N == 0 {
			t.Errorf("%s counts nothing", id)
		}
	}
	if f := figureOf(t, &r, "false-positives"); f.N != 21 { // seven of each kind, in one window
		t.Errorf("%d pairs, want 21", f.N)
	}
	power := slices.DeleteFunc(r.Power, func(p study.SelfTestPower) bool { return p.Percent != soughtPercent })
	// Nothing is said of power where ten rounds take longer than is given, as on a busy machine.
	said := slices.ContainsFunc(r.Figures, func(f study.SelfTestShare) bool { return f.ID == "power" && f.N > 0 })
	if fits := power[0].Seconds <= given.Seconds(); said != fits {
		t.Errorf("power is told: %v, but ten rounds take %.1f s of %v", said, r.Power[0].Seconds, given)
	}
	// As long as it is not found, it has all the measuring that is given.
	if last := power[len(power)-1]; last.Found < soughtShare && last.Seconds+last.Seconds/float64(last.Rounds) < given.Seconds() {
		t.Errorf("a slowdown of 5 %% is found in %.0f %% by %.1f s of measuring, and it stopped", 100*last.Found, last.Seconds)
	}
	if page := readFile(t, filepath.Join(dir, study.SelfTestPage)); !strings.Contains(page, "| Figure |") || strings.Contains(page, os.TempDir()) {
		t.Errorf("selftest.md:\n%s", page)
	}
	if code := run(t.Context(), []string{"-selftest", "-o", dir}, &out, &errs); code != 2 {
		t.Errorf("it overwrites: exit status %d", code)
	}
}

// A self-test that is interrupted judges the rounds it has.
func TestSelfTestInterrupted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "selftest")
	o, err := parseOptions([]string{"-selftest", "-o", dir, "-benchtime", "1ms"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out strings.Builder
	err = selfTest(ctx, o, trial{pairs: 300, blocks: 1, hogs: 1, draws: 10}, &out, cancelOn{"measuring", cancel})
	if !errors.Is(err, errInterrupted) {
		t.Fatalf("error %v, want errInterrupted", err)
	}
	var r selfTestResult
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(dir, study.SelfTestFile))), &r); err != nil {
		t.Fatal(err)
	}
	if f := figureOf(t, &r, "false-positives"); f.N == 0 || f.N >= 300 || r.Machine.Complete {
		t.Errorf("%d pairs of an interrupted self-test, complete: %v", f.N, r.Machine.Complete)
	}
	if page := readFile(t, filepath.Join(dir, study.SelfTestPage)); !strings.Contains(page, "not measured") {
		t.Errorf("nothing says that there was no hog:\n%s", page)
	}
}

// What minutes of measuring showed is told even if it cannot be written any more.
func TestSelfTestGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "selftest")
	o, err := parseOptions([]string{"-selftest", "-o", dir, "-benchtime", "1ms"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	gone := func() {
		os.RemoveAll(dir)
		cancel()
	}
	var out strings.Builder
	err = selfTest(ctx, o, trial{pairs: 300, blocks: 1, hogs: 1, draws: 10}, &out, cancelOn{"measuring", gone})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(out.String(), "False positives") {
		t.Errorf("error %v, printed %q", err, out.String())
	}
}

// Studies to compare that are none are told of before anything is measured, and leave
// nothing behind.
func TestSelfTestOfNoStudies(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "selftest")
	var out, errs strings.Builder
	code := run(t.Context(), []string{"-selftest", "-o", dir, "-studies", "nothing,nowhere"}, &out, &errs)
	if code != 1 || !strings.Contains(errs.String(), "nothing/"+study.MachineFile) || strings.Contains(errs.String(), "measuring") {
		t.Errorf("exit status %d:\n%s", code, errs.String())
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder is left: %v", err)
	}
}

// cancelOn cancels when it is told of something.
type cancelOn struct {
	of     string
	cancel func()
}

func (c cancelOn) Write(p []byte) (int, error) {
	if strings.Contains(string(p), c.of) {
		c.cancel()
	}
	return len(p), nil
}
