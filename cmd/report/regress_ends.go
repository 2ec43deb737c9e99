package main

import (
	"fmt"
	"math"

	"crossover/internal/stat"
)

// checkEnds doubts runs of which something failed, and files of different machines: those
// of studies are seen to by normalise.
func (c *comparing) checkEnds(old, new *results) {
	for _, r := range []*results{old, new} {
		if len(r.fails) > 0 {
			c.doubts = append(c.doubts, "something failed: "+r.fails[0])
		}
	}
	if n := len(new.bad); n > len(old.bad) {
		c.doubts = append(c.doubts, fmt.Sprintf("NEW has %s that cannot be used, and OLD %d: %v", count(n, "result"), len(old.bad), new.bad[0]))
	}
	if old.study == nil || new.study == nil {
		c.checkHosts(old, new)
	}
}

// checkHosts compares what the files say of their machines.
func (c *comparing) checkHosts(old, new *results) {
	for i, key := range hostKeys {
		a, b := list(old.hosts(i)), list(new.hosts(i))
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
func (c *comparing) normalise(old, new *results) {
	if old.study == nil || new.study == nil {
		return
	}
	a, b := old.study.Machine, new.study.Machine
	if a.CPU != b.CPU || a.CPUs != b.CPUs {
		c.doubts = append(c.doubts, fmt.Sprintf("the machines differ: %s with %s and %s with %s", a.CPU, count(a.CPUs, "CPU"), b.CPU, count(b.CPUs, "CPU")))
		return
	}
	if a.SpinPerUS != b.SpinPerUS {
		c.notes = append(c.notes, fmt.Sprintf("the calibrated work differs: %d and %d iterations per µs; cases with work in them compare that too (measure -spin %d avoids it)", a.SpinPerUS, b.SpinPerUS, a.SpinPerUS))
	}
	if a.Go != b.Go {
		c.notes = append(c.notes, fmt.Sprintf("the Go versions differ: %s and %s", a.Go, b.Go))
	}
	ca, cb := controls(old.study), controls(new.study)
	const enough = 5
	if len(ca) < enough || len(cb) < enough {
		return
	}
	before, after := trim(logsOf(ca)), trim(logsOf(cb))
	moved := after.Mean - before.Mean
	c.control = math.Exp(moved)
	c.controlSE, _ = stat.Welch(before, after)
	if c.changed = math.Abs(moved) > math.Log(1+c.threshold); c.changed {
		c.doubts = append(c.doubts, fmt.Sprintf("the machine itself changed: the control takes %s of what it did, and nothing says that all else does; measure both in the same rounds (measure -against)", factor(c.control)))
	}
}
