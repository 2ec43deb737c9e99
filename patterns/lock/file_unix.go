//go:build unix

package lock

import (
	"encoding/json"
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
	path string
	made bool // here: Release removes it
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
	f, err := os.CreateTemp("", "crossover.lock")
	if err != nil {
		return nil, fmt.Errorf("%s: making the file: %w", impl, err)
	}
	if err := f.Close(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: making the file: %w", impl, err), os.Remove(f.Name()))
	}
	return &fileLock{impl: impl, path: f.Name(), made: true, lock: lock}, nil
}

func openFileLock(w role.Wire, lock func(*os.File, fileMode) error) (Lock, error) {
	l := &fileLock{impl: w.Impl, lock: lock}
	if err := json.Unmarshal(w.Spec, &l.path); err != nil {
		return nil, fmt.Errorf("%s: reading the path: %w", w.Impl, err)
	}
	return l, nil
}

// Export sends the file's name.
func (l *fileLock) Export() (role.Wire, error) {
	spec, err := json.Marshal(l.path)
	return role.Wire{Impl: l.impl, Spec: spec}, err
}

func (l *fileLock) Party() (Locker, error) {
	f, err := os.OpenFile(l.path, os.O_RDWR, 0)
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
	if l.made {
		errs = append(errs, os.Remove(l.path))
	}
	return errors.Join(errs...)
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
