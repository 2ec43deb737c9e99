//go:build !unix

package lock

import (
	"errors"
	"fmt"
	"os"
	"unsafe"
)

// memory between processes does not exist here, as their roles do not.
type memory struct{}

func newMemory(int) (*memory, error) {
	return nil, fmt.Errorf("shared memory: %w", errors.ErrUnsupported)
}

func openMemory(*os.File) (*memory, error) { return newMemory(0) }

func (*memory) File() *os.File        { return nil }
func (*memory) At(int) unsafe.Pointer { return nil }
func (*memory) Release() error        { return nil }
