package pipe

import (
	"io"

	"crossover/patterns"
)

// ioPipeVariant is an io.Pipe each way.
//
// Guarantees that a message was read when Send returns, and fits whatever wants
// an io.Reader or an io.Writer. Costs two switches of goroutines a message: one to
// hand the bytes over and one to say that they were taken.
//
// It breaks where both ends send before they receive: there is no buffer, so they
// wait for each other.
//
// Source: package io, Pipe.
func ioPipeVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "io.pipe",
			Summary: "io.Pipe each way, length before each message",
			File:    "io_pipe.go",
			Source:  "package io, Pipe",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesPanic, Cancels: true,
			},
		},
		New: func() (a, b End, err error) {
			r1, w1 := io.Pipe()
			r2, w2 := io.Pipe()
			return newStream("io.pipe", r1, w2), newStream("io.pipe", r2, w1), nil
		},
	}
}
