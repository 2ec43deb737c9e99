package regress

import (
	"fmt"
	"math"

	"crossover/cmd/report/internal/results"
	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
)

// checkEnds doubts runs of which something failed, and files of different machines: those
// of studies are seen to by normalise.
func (c *Comparison) checkEnds(old, new *results.Results) {
	for _, r := range []*results.Results{old, new} {
		if len(r.Fails) > 0 {
			c.doubts = append(c.doubts, "something failed: "+r.Fails[0])
		}
	}
	if n := len(new.Bad); n > len(old.Bad) {
		c.doubts = append(c.doubts, fmt.Sprintf("NEW has %s that cannot be used, and OLD %d: %v", spell.Count(n, "result"), len(old.Bad), new.Bad[0]))
	}
	if old.Study == nil || new.Study == nil {
		c.checkHosts(old, new)
	}
}

// checkHosts compares what the files say of their machines.
func (c *Comparison) checkHosts(old, new *results.Results) {
	for _, key := range []string{"goos", "goarch", "cpu"} {
		a, b := spell.List(old.Configured(key)), spell.List(new.Configured(key))
		switch {
		case a == b:
		case a == "" || b == "":
			c.notes = append(c.notes, fmt.Sprintf("only one of the files says which %s it is of (%s%s)", key, a, b))
		default:
			c.doubts = append(c.doubts, fmt.Sprintf("the machines differ: %s and %s", a, b))
			return // what else differs follows from it
		}
	}
}

// normalise finds by how much the machine itself changed between two studies of it.
func (c *Comparison) normalise(old, new *results.Results) {
	if old.Study == nil || new.Study == nil {
		return
	}
	a, b := old.Study.Machine, new.Study.Machine
	if a.CPU != b.CPU || a.CPUs != b.CPUs {
		c.doubts = append(c.doubts, fmt.Sprintf("the machines differ: %s with %s and %s with %s", a.CPU, spell.Count(a.CPUs, "CPU"), b.CPU, spell.Count(b.CPUs, "CPU")))
		return
	}
	if a.SpinPerUS != b.SpinPerUS {
		c.notes = append(c.notes, fmt.Sprintf("the calibrated work differs: %d and %d iterations per µs; cases with work in them compare that too (measure -spin %d avoids it)", a.SpinPerUS, b.SpinPerUS, a.SpinPerUS))
	}
	if a.Go != b.Go {
		c.notes = append(c.notes, fmt.Sprintf("the Go versions differ: %s and %s", a.Go, b.Go))
	}
	ca, cb := old.Study.Controls(), new.Study.Controls()
	const enough = 5
	if len(ca) < enough || len(cb) < enough {
		return
	}
	before, after := trim(stat.LogsOf(ca)), trim(stat.LogsOf(cb))
	moved := after.Mean - before.Mean
	c.control = math.Exp(moved)
	c.controlSE, _ = stat.Welch(before, after)
	if c.changed = math.Abs(moved) > math.Log(1+c.threshold); c.changed {
		c.doubts = append(c.doubts, fmt.Sprintf("the machine itself changed: the control takes %s of what it did, and nothing says that all else does; measure both in the same rounds (measure -against)", spell.Factor(c.control)))
	}
}
