package lock

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"crossover/patterns/shm"
)

// roll tells which of the processes that share a region are alive.
//
// Each takes a number, by a lock of its own (see ofd) on the byte of the region's
// file that has this number: the kernel gives it back with the process, and no
// sooner. A pid was tempting and is wrong: pids are used again, and mean nothing in
// another container. So was the kernel's robust list, which knows threads;
// goroutines change theirs.
type roll struct {
	terms *[rollNumbers]atomic.Uint32 // how often each number was given
	file  *os.File                    // opened anew: its locks are this process's alone
	me    uint32
}

const (
	rollNumbers = 1 << 10   // 0 is nobody
	rollWho     = 1<<30 - 1 // a number below the term in which it was given
)

// enrol takes the first free number. terms is in the region.
func enrol(region *shm.Region, terms *[rollNumbers]atomic.Uint32) (*roll, error) {
	file, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", region.File().Fd()), os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("opening the region for a sign of life: %w", err)
	}
	for number := uint32(1); number < rollNumbers; number++ {
		err := unix.FcntlFlock(file.Fd(), unix.F_OFD_SETLK, signOfLife(number))
		switch {
		case err == nil:
			// The next one with this number is another: it is not to be taken for a dead one.
			term := terms[number].Add(1)
			return &roll{terms, file, (term*rollNumbers | number) & rollWho}, nil
		case !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EACCES):
			return nil, errors.Join(fmt.Errorf("taking a number: %w", err), file.Close())
		}
	}
	return nil, errors.Join(fmt.Errorf("more than %d processes", rollNumbers-1), file.Close())
}

// alive reports whether a process that enrolled is still there.
func (r *roll) alive(who uint32) bool {
	if who == r.me {
		return true // no lock stands in its own way
	}
	number := who % rollNumbers
	if (r.terms[number].Load()*rollNumbers|number)&rollWho != who {
		return false
	}
	l := signOfLife(number)
	err := unix.FcntlFlock(r.file.Fd(), unix.F_OFD_GETLK, l)
	return err != nil || l.Type != unix.F_UNLCK
}

func signOfLife(number uint32) *unix.Flock_t {
	return &unix.Flock_t{Type: unix.F_WRLCK, Start: int64(number), Len: 1}
}

// strikeOff ends this process's life here.
func (r *roll) strikeOff() error { return r.file.Close() }
