//go:build unix && !linux

package lock

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"crossover/patterns/role"
)

// lockFile is a file to lock. It has a name, by which parties open it anew: /dev/fd
// would give them the same open file. If its maker is killed it stays.
type lockFile struct {
	path string
	made bool // here
}

func newLockFile() (lockFile, error) {
	f, err := os.CreateTemp("", "crossover.lock")
	if err != nil {
		return lockFile{}, fmt.Errorf("making a file to lock: %w", err)
	}
	if err := f.Close(); err != nil {
		return lockFile{}, errors.Join(fmt.Errorf("making a file to lock: %w", err), os.Remove(f.Name()))
	}
	return lockFile{f.Name(), true}, nil
}

func openLockFile(w role.Wire) (f lockFile, err error) {
	if err := json.Unmarshal(w.Spec, &f.path); err != nil {
		return f, fmt.Errorf("reading the path: %w", err)
	}
	return f, nil
}

func (f lockFile) wire(impl string) (role.Wire, error) {
	spec, err := json.Marshal(f.path)
	return role.Wire{Impl: impl, Spec: spec}, err
}

func (f lockFile) open() (*os.File, error) { return os.OpenFile(f.path, os.O_RDWR, 0) }

func (f lockFile) release() error {
	if !f.made {
		return nil
	}
	return os.Remove(f.path)
}
