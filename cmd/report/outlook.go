package main

import (
	"fmt"
	"math"
	"sort"
	"time"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
)

// undecided is what keeps a decision from being settled: an interval that holds the border on
// either side of which the decision differs.
type undecided struct {
	stat.Ratio
	border float64
}

// settledBy reports whether so many rounds would keep the interval off the border, were
// the estimate to stay what it is.
func (u undecided) settledBy(rounds int) bool {
	reach := math.Log(u.Est / u.Lo)
	if u.Est < u.border {
		reach = math.Log(u.Hi / u.Est)
	}
	return math.Abs(math.Log(u.Est/u.border)) > reach*stat.Narrowing(u.N1, rounds, stat.Confidence)
}

// horizon is how many times the rounds are looked ahead.
const horizon = 10

// rounds is how many of them would settle it, if any number up to the horizon would.
func (u undecided) rounds() (n int, ok bool) {
	n = u.N1 + 1 + sort.Search((horizon-1)*u.N1, func(more int) bool { return u.settledBy(u.N1 + 1 + more) })
	return n, n <= horizon*u.N1
}

// String says how many rounds would settle it, as a clause; "" if there is no saying.
func (u undecided) String() string {
	if !u.Bounded() {
		return ""
	}
	if n, ok := u.rounds(); ok {
		return fmt.Sprintf("; some %d rounds would settle it", n)
	}
	return fmt.Sprintf("; %d rounds would hardly settle it", horizon*u.N1)
}

// outlook says how many of the decisions the study has settled, and how many four times
// its rounds are expected to, at the pace of this study; "" if there is no saying.
func (m *model) outlook(all []advice) string {
	if m.foreign != nil || m.rounds < stat.RoundsFor(alpha, 1) { // nothing is: a warning says so
		return ""
	}
	now, then, of := 0, 0, 0
	more := 4 * m.rounds
	for _, a := range all {
		c := a.choice
		if c.use == nil || c.rival == nil {
			continue // nobody, or nobody else
		}
		of++
		switch {
		case c.settled():
			now++
		case c.undecided.settledBy(more):
			then++
		}
	}
	if of == 0 {
		return ""
	}
	text := fmt.Sprintf("Settled (clear or tie) by %s: %d of %d.", spell.Count(m.rounds, "round"), now, of)
	if then == 0 {
		return text
	}
	text += fmt.Sprintf(" Going by the intervals, some %d would be by %d rounds", now+then, more)
	if o := m.Machine.Overhead; o != nil && o.Timed > 0 && len(m.Machine.Resumed) == 0 {
		each := (o.Timed + o.Untimed + o.Beside) / float64(m.run)
		text += fmt.Sprintf(", in about %s", spellMinutes(time.Duration(each*float64(more)*float64(time.Second))))
	}
	return text + fmt.Sprintf(" (measure -rounds %[1]d, make study ROUNDS=%[1]d).", more)
}

// spellMinutes rounds to what one plans by.
func spellMinutes(d time.Duration) string {
	if d < 2*time.Minute {
		return spell.Count(int(d.Round(10*time.Second).Seconds()), "second")
	}
	return spell.Count(int(d.Round(time.Minute).Minutes()), "minute")
}
