package pipe

import (
	"net"

	"crossover/patterns"
)

// netPipeVariant is a net.Pipe, which goes both ways.
//
// Guarantees what io.pipe does, and deadlines; it stands in for a network
// connection in tests. Costs more than io.pipe, for each read and write also
// watches two deadlines.
//
// It breaks as io.pipe does: there is no buffer.
//
// Source: package net, Pipe.
func netPipeVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "net.pipe",
			Summary: "net.Pipe, length before each message",
			File:    "net_pipe.go",
			Source:  "package net, Pipe",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesPanic, Cancels: true,
			},
		},
		New: func() (a, b End, err error) {
			c, d := net.Pipe()
			return newStream("net.pipe", c, c), newStream("net.pipe", d, d), nil
		},
	}
}
