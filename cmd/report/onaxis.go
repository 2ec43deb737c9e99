package main

import (
	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
)

// onAxis spells a place on an axis.
func onAxis(x float64, a catalog.Axis) string {
	switch {
	case ofRates(a):
		return perSecond(x)
	case a.Unit == "ns":
		return spell.TickDuration(x * 1e-9)
	case a.Unit == "B":
		return spell.TickBytes(x)
	case a.Unit == "":
		return spell.Short(x)
	}
	return spell.Short(x) + " " + spell.Numbered(x, a.Unit)
}

// amount is onAxis with what it is an amount of: "4.1 µs of CPU per task", "64 workers".
func amount(x float64, a catalog.Axis) string {
	if a.Unit == "" {
		return onAxis(x, a) + " " + spell.Numbered(x, a.Title)
	}
	return onAxis(x, a) + " of " + a.Title
}
