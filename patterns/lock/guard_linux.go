package lock

import (
	"os"

	"crossover/patterns/shm"
)

// memory is what guarded data is in.
type memory = shm.Region

func newMemory(size int) (*memory, error)       { return shm.New(size) }
func openMemory(file *os.File) (*memory, error) { return shm.Open(file) }
