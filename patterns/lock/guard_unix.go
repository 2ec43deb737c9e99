//go:build unix && !linux

package lock

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// memory is what guarded data is in: a file without a name, mapped.
type memory struct {
	file *os.File
	data []byte
}

func newMemory(size int) (*memory, error) {
	f, err := os.CreateTemp("", "crossover")
	if err != nil {
		return nil, fmt.Errorf("making shared memory: %w", err)
	}
	if err = os.Remove(f.Name()); err == nil {
		err = f.Truncate(int64(size))
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("making shared memory: %w", err)
	}
	return openMemory(f)
}

func openMemory(f *os.File) (*memory, error) {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening shared memory: %w", err)
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("mapping shared memory: %w", err)
	}
	return &memory{f, data}, nil
}

func (m *memory) File() *os.File               { return m.file }
func (m *memory) At(offset int) unsafe.Pointer { return unsafe.Pointer(&m.data[offset]) }

func (m *memory) Release() error {
	if err := syscall.Munmap(m.data); err != nil {
		return fmt.Errorf("unmapping shared memory: %w", err)
	}
	return m.file.Close()
}
