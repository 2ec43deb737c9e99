//go:build unix

package lock

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// pipeTokenVariant is one byte in a pipe: who has read it is inside, and writes it
// back.
//
// Guarantees mutual exclusion between all who have the pipe. Costs a system call
// each way; a waiter parks in the poller, not on a thread.
//
// It breaks when a holder is killed: the token has died with it, the pipe's ends
// are open in every other party, and nothing in the pipe says so. Whoever started
// the parties notices (role.Handle.Join returns an error) and has to Break.
//
// Source: GNU make's job server.
func pipeTokenVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "pipe.token",
			Summary:    "a byte in a pipe: read it to enter, write it back to leave",
			File:       "pipe_token_unix.go",
			Source:     "GNU make, POSIX jobserver",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Cancels: true, Crosses: true},
		},
		Fairness: Barging,
		Owned:    true,
		Orphan:   Lost,
		New:      newPipeToken,
		Open: func(w role.Wire) (Lock, error) {
			return &pipeToken{r: w.Files[0], w: w.Files[1]}, nil
		},
	}
}

type pipeToken struct{ r, w *os.File }

func newPipeToken() (Lock, error) {
	r, w, err := role.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe.token: %w", err)
	}
	l := &pipeToken{r, w}
	if err := l.put(); err != nil {
		return nil, errors.Join(err, l.Release())
	}
	return l, nil
}

// Export hands over both ends.
func (l *pipeToken) Export() (role.Wire, error) {
	return role.Wire{Impl: "pipe.token", Files: []*os.File{l.r, l.w}}, nil
}

func (l *pipeToken) put() error {
	if _, err := l.w.Write([]byte{0}); err != nil {
		return fmt.Errorf("pipe.token: putting the token back: %w", err)
	}
	return nil
}

func (l *pipeToken) Party() (Locker, error) { return &pipeTokenParty{lock: l}, nil }

// Break lets every read fail, now and from now on. The write end stays as it is:
// who is inside can still leave.
func (l *pipeToken) Break() { l.r.SetReadDeadline(time.Unix(1, 0)) }

func (l *pipeToken) Release() error { return errors.Join(l.r.Close(), l.w.Close()) }

// pipeTokenParty knows whether it has the token: one that puts back what it does
// not have would make two of it.
type pipeTokenParty struct {
	lock  *pipeToken
	held  bool
	token [1]byte // here, or it would escape to the heap with every call
}

func (p *pipeTokenParty) Lock() error {
	_, err := p.lock.r.Read(p.token[:])
	return p.entered(err)
}

func (p *pipeTokenParty) entered(err error) error {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrBroken
	case err != nil:
		return fmt.Errorf("pipe.token: taking the token: %w", err)
	}
	p.held = true
	return nil
}

func (p *pipeTokenParty) TryLock() (bool, error) {
	conn, err := p.lock.r.SyscallConn()
	if err != nil {
		return false, fmt.Errorf("pipe.token: taking the token: %w", err)
	}
	var readErr error
	err = conn.Read(func(fd uintptr) (done bool) {
		readErr = uninterrupted(func() error { _, err := syscall.Read(int(fd), p.token[:]); return err })
		return true // never wait in the poller
	})
	if err == nil && errors.Is(readErr, syscall.EAGAIN) {
		return false, nil
	}
	err = p.entered(errors.Join(err, readErr))
	return err == nil, err
}

func (p *pipeTokenParty) Unlock() error {
	if !p.held {
		return ErrNotHeld
	}
	p.held = false
	return p.lock.put()
}

func (p *pipeTokenParty) RLock() error   { return p.Lock() }
func (p *pipeTokenParty) RUnlock() error { return p.Unlock() }
