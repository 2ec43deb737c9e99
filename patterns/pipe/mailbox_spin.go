package pipe

import "crossover/patterns"

// mailboxSpinVariant is 64 cells each way, each with an atomic word that says
// which message is in it. A side that waits for one looks again and again.
//
// Guarantees the shortest way between two goroutines that both have a CPU.
// Costs a CPU for each side that waits, for as long as it waits.
//
// It breaks with fewer CPUs than waiting sides, and wherever the other side is
// slow: no scheduler can tell that somebody who spins has nothing to do.
//
// Source: L. Lamport, Specifying Concurrent Program Modules, TOPLAS 5(2), 1983:
// one writer and one reader need no lock.
func mailboxSpinVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "mailbox.spin",
			Summary: "64 cells with an atomic word each, spins",
			File:    "mailbox_spin.go",
			Source:  "Lamport, Specifying Concurrent Program Modules, TOPLAS 5(2), 1983",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesPanic, Cancels: true, Spins: true,
			},
		},
		Ahead: cellCount,
		New: func() (a, b End, err error) {
			return twoLanes(func() lane { return newMailbox() })
		},
	}
}
