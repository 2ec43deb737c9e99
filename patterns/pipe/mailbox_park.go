package pipe

import "crossover/patterns"

// mailboxParkVariant is mailbox.spin with an end to its patience: who has looked
// in vain for some microseconds goes to sleep on a channel, and the other side
// wakes it.
//
// Guarantees nearly the way of mailbox.spin while the other side is quick, and no
// CPU while it is not. Costs one more word to look at for each message, and the
// looking before each sleep.
//
// It breaks, as a bargain, where the answer always takes a little longer than the
// patience: each message then costs both.
//
// Source: A. R. Karlin et al., Empirical Studies of Competitive Spinning for a
// Shared-Memory Multiprocessor, SOSP 1991.
func mailboxParkVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "mailbox.park",
			Summary: "64 cells with an atomic word each, spins then parks",
			File:    "mailbox_park.go",
			Source:  "Karlin et al., Empirical Studies of Competitive Spinning, SOSP 1991",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesPanic, Cancels: true,
			},
		},
		Ahead: cellCount,
		New: func() (a, b End, err error) {
			return twoLanes(func() lane {
				m := newMailbox()
				m.emptied, m.refilled = newParker(), newParker()
				return m
			})
		},
	}
}
