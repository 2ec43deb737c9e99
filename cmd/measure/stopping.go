package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"crossover/internal/stat"
)

// A rule says when a study has enough rounds. It knows the number of rounds, the
// time and how wide intervals are, never whether anything is significant: stopping
// on that makes 9–26 % false alarms.
type rule struct {
	rounds int           // at most; 0: no limit
	budget time.Duration // whole rounds within it, but the fewest at least; 0: no limit
	until  float64       // half-width of intervals, 0.03 for ±3 %; 0: not asked for
}

const (
	defaultRounds = 10
	mostRounds    = 100 // where intervals may never get as narrow as asked for
)

// fewest rounds have an interval: a study of less shows nothing.
func fewest() int { return stat.RoundsFor(alpha, 1) }

// orDefault limits a rule that has no end.
func (r rule) orDefault() rule {
	switch {
	case r.rounds > 0 || r.budget > 0:
	case r.until > 0:
		r.rounds = mostRounds
	default:
		r.rounds = defaultRounds
	}
	return r
}

// most is the largest number of rounds, of which each takes so long, if so much time is
// spent before the first.
func (r rule) most(spent, round time.Duration) int {
	n := math.MaxInt32
	if r.rounds > 0 {
		n = r.rounds
	}
	if r.budget > 0 && round > 0 {
		n = min(n, max(fewest(), int((r.budget-spent)/round)))
	}
	return n
}

// look reports whether intervals are looked at after so many rounds: 10, 15, 22, 33,
// 50 and so on, fixed before anything is known.
func (r rule) look(rounds int) bool {
	if r.until <= 0 {
		return false
	}
	for at := 10.0; int(at) <= rounds; at *= 1.5 {
		if int(at) == rounds {
			return true
		}
	}
	return false
}

// last reports whether so many rounds are enough, whatever they show. spent is the
// time since the start, round that of the last one.
func (r rule) last(rounds int, spent, round time.Duration) bool {
	return r.rounds > 0 && rounds >= r.rounds || r.budget > 0 && rounds >= fewest() && spent+round > r.budget
}

func (r rule) String() string {
	var words []string
	if r.until > 0 {
		words = append(words, fmt.Sprintf("until every cost is known to ±%.3g %%, looked at after 10, 15, 22, 33, 50, … rounds", 100*r.until))
	}
	if r.rounds > 0 && r.until > 0 {
		words = append(words, fmt.Sprintf("at most %d rounds", r.rounds))
	} else if r.rounds > 0 {
		words = append(words, fmt.Sprintf("%d rounds", r.rounds))
	}
	if r.budget > 0 {
		words = append(words, fmt.Sprintf("whole rounds within %v", r.budget))
	}
	return strings.Join(words, ", ")
}
