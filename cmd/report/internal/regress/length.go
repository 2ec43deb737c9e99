package regress

import (
	"fmt"
	"math"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// otherLength is the ratio from which on samples are said to be of other lengths. go test
// itself overshoots a -benchtime by up to half.
const otherLength = 2

// noteLengths tells of cells whose samples took another time and measured another number
// of operations, both: what a sample pays once, such as the growth of a map, then weighs
// otherwise. Where only a cost changed, one of the two is as before.
func (c *Comparison) noteLengths() {
	found, example := 0, ""
	for _, p := range c.pairs {
		if p.unit != study.Cost {
			continue
		}
		var ops, length [2]float64
		for i := range ops {
			ops[i] = stat.Series{Values: p.ops[i]}.Median()
			length[i] = ops[i] * stat.Series{Values: p.side(i)}.Median()
		}
		differ := min(math.Abs(math.Log(ops[1]/ops[0])), math.Abs(math.Log(length[1]/length[0])))
		if !(differ > math.Log(otherLength)) { // nor where there is none
			continue
		}
		if found++; found == 1 {
			example = fmt.Sprintf("%.0f operations in %s, then %.0f in %s, of %s", ops[0], spell.Duration(length[0]), ops[1], spell.Duration(length[1]), p.id)
		}
	}
	if found > 0 {
		c.notes = append(c.notes, fmt.Sprintf("samples of %s are of another length and of another number of operations in NEW (%s): what a sample pays once weighs otherwise there; the same -benchtime, or measure -against, makes them alike", spell.Count(found, "cell"), example))
	}
}
