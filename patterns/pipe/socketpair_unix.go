//go:build unix

package pipe

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"crossover/patterns"
	"crossover/patterns/role"
)

// socketpairVariant is a pair of connected Unix sockets: one descriptor at each
// end goes both ways.
//
// Guarantees what os.pipe does. Costs more for a small
// message than a pipe, since each becomes a socket buffer of the kernel's, and
// less for a large one.
//
// It breaks where both ends send more than the socket's buffer holds before they
// receive: about 200 KiB on Linux, and small messages use it up by their overhead,
// 278 of them.
//
// Source: socketpair(2), unix(7).
func socketpairVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "socketpair",
			Summary: "pair of Unix sockets, through os.File and the poller",
			File:    "socketpair_unix.go",
			Source:  "socketpair(2), unix(7)",
			Tier:    patterns.X,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesCrash, Cancels: true, Crosses: true,
			},
		},
		Ahead:   pipeAhead,
		Notices: true,
		New:     newSocketpair,
		Open:    func(w role.Wire) (End, error) { return newStream("socketpair", w.Files[0], w.Files[0]), nil },
	}
}

func newSocketpair() (a, b End, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("making a pair of sockets: %w", err)
	}
	for _, fd := range fds {
		unix.CloseOnExec(fd)
		if err := unix.SetNonblock(fd, true); err != nil {
			err = fmt.Errorf("making a pair of sockets: %w", err)
			return nil, nil, errors.Join(err, unix.Close(fds[0]), unix.Close(fds[1]))
		}
	}
	f, g := os.NewFile(uintptr(fds[0]), "socket"), os.NewFile(uintptr(fds[1]), "socket")
	return newStream("socketpair", f, f), newStream("socketpair", g, g), nil
}
