package lock

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"crossover/patterns/role"
)

// lockFile is a file to lock. It has no name: nobody has to remove it, however its
// maker ends. Parties open it anew through their process's descriptor, which has no
// lock itself and may be inherited. Programs that are no kin need one with a name, as in
// file_other_unix.go.
type lockFile struct{ file *os.File }

func newLockFile() (lockFile, error) {
	fd, err := unix.MemfdCreate("crossover.lock", unix.MFD_CLOEXEC)
	if err != nil {
		return lockFile{}, fmt.Errorf("making a file to lock: %w", err)
	}
	return lockFile{os.NewFile(uintptr(fd), "lock file")}, nil
}

func openLockFile(w role.Wire) (lockFile, error) {
	if len(w.Files) != 1 {
		return lockFile{}, errors.New("no file to lock was handed over")
	}
	return lockFile{w.Files[0]}, nil
}

func (f lockFile) wire(impl string) (role.Wire, error) {
	return role.Wire{Impl: impl, Files: []*os.File{f.file}}, nil
}

func (f lockFile) open() (*os.File, error) {
	return os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", f.file.Fd()), os.O_RDWR, 0)
}

func (f lockFile) release() error { return f.file.Close() }
