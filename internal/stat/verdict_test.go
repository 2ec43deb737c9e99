package stat

import (
	"math"
	"testing"
)

func TestVerdict(t *testing.T) {
	for _, of := range []struct {
		lo, hi float64
		want   Verdict
	}{
		{0.98, 1.02, Same},
		{1.001, 1.02, Same}, // certain, and too little to act on
		{0.95, 1.02, CannotTell},
		{0.9705, 1.02, CannotTell}, // 3 % faster one way is 3.04 % slower the other
		{0.98, 1.04, CannotTell},
		{0.5, 1, CannotTell}, // 1 itself is not excluded
		{0.9, 0.999, Faster},
		{1.001, 1.2, Slower},
		{0, math.Inf(1), CannotTell},
		{0, 0, CannotTell}, // the zero Ratio
		{math.NaN(), math.NaN(), CannotTell},
	} {
		if got := (Ratio{Lo: of.lo, Hi: of.hi}).Verdict(Margin); got != of.want {
			t.Errorf("[%v, %v]: %v, want %v", of.lo, of.hi, got, of.want)
		}
		swapped := map[Verdict]Verdict{Faster: Slower, Slower: Faster, Same: Same, CannotTell: CannotTell}
		if got := (Ratio{Lo: 1 / of.hi, Hi: 1 / of.lo}).Verdict(Margin); got != swapped[of.want] {
			t.Errorf("[%v, %v] swapped: %v, want %v", of.lo, of.hi, got, swapped[of.want])
		}
	}
	if got := (Ratio{Lo: 0.95, Hi: 1.05}).Verdict(0.06); got != Same {
		t.Errorf("with a margin of 6 %%: %v", got)
	}
}
