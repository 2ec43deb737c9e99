// Package shm is memory shared between roles, and the futex to wait on in it.
// Linux only: memfd_create(2) leaves no name in any file system and nothing
// behind when the last process goes, and futex(2) works on shared mappings.
package shm

import (
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Region is a shared mapping. What is put in it must hold no pointers: they mean
// nothing elsewhere, and the garbage collector does not look here.
type Region struct {
	file *os.File
	data []byte
}

// New makes a zeroed region of the given size in bytes.
func New(size int) (*Region, error) {
	fd, err := unix.MemfdCreate("crossover", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("making shared memory: %w", err)
	}
	f := os.NewFile(uintptr(fd), "shared memory")
	if err := f.Truncate(int64(size)); err != nil {
		f.Close()
		return nil, fmt.Errorf("making shared memory of %d bytes: %w", size, err)
	}
	return Open(f)
}

// Open maps a region that another process made; the file becomes the region's.
func Open(f *os.File) (*Region, error) {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening shared memory: %w", err)
	}
	data, err := unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("mapping %d bytes of shared memory: %w", info.Size(), err)
	}
	return &Region{f, data}, nil
}

// File is the descriptor to hand to another process. It stays the region's.
func (r *Region) File() *os.File { return r.file }

// At is the address of a byte of the region. Mappings start on a page.
func (r *Region) At(offset int) unsafe.Pointer { return unsafe.Pointer(&r.data[offset]) }

// Size of the region in bytes.
func (r *Region) Size() int { return len(r.data) }

// Release unmaps the region and closes its descriptor, once. Nobody in this process
// may touch the memory any more.
func (r *Region) Release() error {
	if err := unix.Munmap(r.data); err != nil {
		return fmt.Errorf("unmapping shared memory: %w", err)
	}
	return r.file.Close()
}

const (
	futexWait = 0 // FUTEX_WAIT, without the private flag: other processes wait here too
	futexWake = 1
)

// Wait parks the calling thread while *word is val, until Wake. It may return
// early for no reason: the caller checks its condition again. The system call is
// made through the scheduler, so that other goroutines get the P; that costs up
// to a scheduler tick, so spin a little before.
func Wait(word *atomic.Uint32, val uint32) {
	unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWait, uintptr(val), 0, 0, 0)
}

// Wake wakes up to n threads that wait on the word, in any process.
func Wake(word *atomic.Uint32, n int) {
	unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWake, uintptr(n), 0, 0, 0)
}
