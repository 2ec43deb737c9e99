package stat

import "fmt"

// Confidence is that of the intervals that are shown, but for those a flag asks for.
const Confidence = 0.95

// Margin is how far from 1 a ratio may be and still count as the same.
const Margin = 0.03

// Verdict is what an interval says about a ratio of costs.
type Verdict int

const (
	CannotTell Verdict = iota // the interval holds 1 and more than the margin, or is unbounded
	Same                      // all of the interval is within the margin
	Faster                    // new costs less: all of the interval is below 1
	Slower                    // new costs more: all of the interval is above 1
)

// String returns "cannot tell", "same", "faster" or "slower".
func (v Verdict) String() string {
	switch v {
	case CannotTell:
		return "cannot tell"
	case Same:
		return "same"
	case Faster:
		return "faster"
	case Slower:
		return "slower"
	}
	return fmt.Sprintf("Verdict(%d)", int(v))
}

// Verdict classifies r. Same comes first: a difference that is certain and smaller
// than the margin is no difference to act on. The margin is a factor both ways,
// 1/(1+margin) to 1+margin, so that swapping old and new swaps Faster and Slower
// and nothing else.
//
// It looks at one interval. In a family of comparisons, Faster and Slower also need
// a P that survives Holm.
func (r Ratio) Verdict(margin float64) Verdict {
	switch {
	case !r.Bounded():
		return CannotTell
	case r.Lo >= 1/(1+margin) && r.Hi <= 1+margin:
		return Same
	case r.Hi < 1:
		return Faster
	case r.Lo > 1:
		return Slower
	}
	return CannotTell
}
