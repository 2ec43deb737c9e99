//go:build unix

package pipe

import (
	"errors"
	"fmt"
	"net"
	"os"

	"crossover/patterns"
	"crossover/patterns/role"
)

// tcpVariant is a TCP connection over the loopback interface.
//
// Guarantees what socketpair does; the same program works when the other end
// moves to another machine. Costs the whole protocol for each message. Go sets
// TCP_NODELAY by itself: with Nagle's algorithm a request that follows another
// would wait for its acknowledgement.
//
// It breaks where an end is released with messages unread: the reset that follows
// may overtake what that end had sent.
//
// Source: tcp(7); package net.
func tcpVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "tcp",
			Summary: "TCP over loopback, through os.File and the poller",
			File:    "tcp_unix.go",
			Source:  "tcp(7); package net",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesCrash, Cancels: true, Crosses: true,
			},
		},
		Ahead:   pipeAhead,
		Notices: true,
		New:     newTCP,
		Open:    func(w role.Wire) (End, error) { return newStream("tcp", w.Files[0], w.Files[0]), nil },
	}
}

func newTCP() (a, b End, err error) {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, nil, err
	}
	defer listener.Close()
	dialled, err := net.DialTCP("tcp", nil, listener.Addr().(*net.TCPAddr))
	if err != nil {
		return nil, nil, err
	}
	defer dialled.Close()
	for {
		accepted, err := listener.AcceptTCP()
		if err != nil {
			return nil, nil, err
		}
		ours := accepted.RemoteAddr().String() == dialled.LocalAddr().String()
		if !ours { // somebody else on this machine was quicker
			accepted.Close()
			continue
		}
		defer accepted.Close()
		if a, err = tcpEnd(dialled); err != nil {
			return nil, nil, err
		}
		if b, err = tcpEnd(accepted); err != nil {
			return nil, nil, errors.Join(err, a.Release())
		}
		return a, b, nil
	}
}

// tcpEnd takes a descriptor of its own, which can be handed to a process. Not by
// way of TCPConn.File: what that returns falls back to blocking mode when it is
// handed on (os.File.Fd), and then this side's reads are deaf to Break.
func tcpEnd(c *net.TCPConn) (e End, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("taking the connection's descriptor: %w", err)
	}
	var f *os.File
	if failed := raw.Control(func(fd uintptr) { f, err = duplicate(fd, "connection") }); failed != nil {
		return nil, fmt.Errorf("taking the connection's descriptor: %w", failed)
	}
	if err != nil {
		return nil, err
	}
	return newStream("tcp", f, f), nil
}
