package pipe

import "crossover/patterns"

// capacity of the pipes that count messages.
const capacity = 64

// chanBufferedVariant is chan with room for 64 messages.
//
// Guarantees that a sender can be 64 messages ahead, however large they are.
// Costs less than chan where messages stream, for the switch of goroutines comes
// once in a while; a round trip has to switch all the same.
//
// It breaks where messages are large: it comes to hold 66 of them each way, and
// keeps the memory.
//
// Source: as chan.
func chanBufferedVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "chan.buffered",
			Summary: "channel with room for 64 messages, select with a done channel",
			File:    "chan_buffered.go",
			Source:  "Go specification, Channel types; Go memory model, Channel communication",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesPanic, Cancels: true,
			},
		},
		Ahead: capacity,
		New:   func() (a, b End, err error) { return twoLanes(func() lane { return newChanLane(capacity) }) },
	}
}
