//go:build unix

package lock

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"crossover/patterns/role"
)

// fileLock is what flock and ofd share: a file that each party opens for itself,
// because the lock belongs to an open file and not to who opened it. Two parties
// with one open file, or a child that has inherited it, would be inside together.
type fileLock struct {
	impl string
	file lockFile
	// lock asks the system for the lock, or to unlock.
	lock  func(f *os.File, m fileMode) error
	fence role.Fence

	mu      sync.Mutex
	parties []*fileParty
}

type fileMode int

const (
	fileUnlock fileMode = iota
	fileShared
	fileExclusive
	fileTry // exclusive, or EWOULDBLOCK
)

func newFileLock(impl string, lock func(*os.File, fileMode) error) (Lock, error) {
	f, err := newLockFile()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", impl, err)
	}
	return &fileLock{impl: impl, file: f, lock: lock}, nil
}

func openFileLock(w role.Wire, lock func(*os.File, fileMode) error) (Lock, error) {
	f, err := openLockFile(w)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.Impl, err)
	}
	return &fileLock{impl: w.Impl, file: f, lock: lock}, nil
}

// Export hands over the file, or its name.
func (l *fileLock) Export() (role.Wire, error) { return l.file.wire(l.impl) }

func (l *fileLock) Party() (Locker, error) {
	f, err := l.file.open()
	if err != nil {
		return nil, fmt.Errorf("%s: opening the file for a party: %w", l.impl, err)
	}
	p := &fileParty{lock: l, file: f}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.parties = append(l.parties, p)
	return p, nil
}

// Break cannot reach a thread inside the system call.
func (l *fileLock) Break() {}

func (l *fileLock) Release() error {
	var errs []error
	for _, p := range l.parties {
		errs = append(errs, p.file.Close())
	}
	return errors.Join(append(errs, l.file.release())...)
}

// fileParty is a party with the file it has opened.
type fileParty struct {
	lock *fileLock
	file *os.File
	held bool // the system would grant a holder its own lock again
}

func (p *fileParty) enter(m fileMode) error {
	if err := p.lock.lock(p.file, m); err != nil {
		return fmt.Errorf("%s: locking: %w", p.lock.impl, err)
	}
	p.held = true
	p.lock.fence.Acquire()
	return nil
}

func (p *fileParty) Lock() error  { return p.enter(fileExclusive) }
func (p *fileParty) RLock() error { return p.enter(fileShared) }

func (p *fileParty) TryLock() (bool, error) {
	if p.held {
		return false, nil
	}
	// POSIX has fcntl choose between two numbers for the same thing.
	err := p.enter(fileTry)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EACCES) {
		return false, nil
	}
	return err == nil, err
}

func (p *fileParty) Unlock() error {
	if !p.held {
		return ErrNotHeld
	}
	p.lock.fence.Release()
	p.held = false
	if err := p.lock.lock(p.file, fileUnlock); err != nil {
		return fmt.Errorf("%s: unlocking: %w", p.lock.impl, err)
	}
	return nil
}

func (p *fileParty) RUnlock() error { return p.Unlock() }

// uninterrupted repeats a system call that a signal has cut short.
func uninterrupted(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}
