//go:build unix

package pipe

import (
	"errors"

	"crossover/patterns"
	"crossover/patterns/role"
)

// osPipeVariant is a pipe of the kernel's each way, read and written through
// os.File: a call that finds nothing parks its goroutine in the network poller.
//
// Guarantees that a process which dies is noticed at once, that nothing torn is
// taken for whole, and that any number of pipes wait on one thread. Costs two
// system calls a message at least, and where a side has to wait a failed one and
// the poller's besides.
//
// It breaks where both ends send more than the kernel's buffers hold, 64 KiB on
// Linux, before they receive.
//
// Source: pipe(7); package os, File.
func osPipeVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "os.pipe",
			Summary: "kernel pipe each way, through os.File and the poller",
			File:    "os_pipe_unix.go",
			Source:  "pipe(7); package os, File",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesCrash, Cancels: true, Crosses: true,
			},
		},
		Ahead:   pipeAhead,
		Notices: true,
		New: func() (a, b End, err error) {
			r1, w1, err := role.Pipe()
			if err != nil {
				return nil, nil, err
			}
			r2, w2, err := role.Pipe()
			if err != nil {
				return nil, nil, errors.Join(err, r1.Close(), w1.Close())
			}
			return newStream("os.pipe", r1, w2), newStream("os.pipe", r2, w1), nil
		},
		Open: func(w role.Wire) (End, error) { return newStream("os.pipe", w.Files[0], w.Files[1]), nil },
	}
}

// pipeAhead is what a pipe holds for certain: POSIX promises no size, and the
// smallest in use is 16 KiB (macOS).
const pipeAhead = 64
