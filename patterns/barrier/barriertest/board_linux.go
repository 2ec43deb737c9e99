package barriertest

import (
	"os"
	"unsafe"

	"crossover/patterns/shm"
)

func newSharedBoard(parties int) (*Board, error) {
	region, err := shm.New(parties * int(unsafe.Sizeof(slot{})))
	if err != nil {
		return nil, err
	}
	return boardIn(region), nil
}

// openSharedBoard takes the last file.
func openSharedBoard(files *[]*os.File) (*Board, error) {
	last := len(*files) - 1
	region, err := shm.Open((*files)[last])
	if err != nil {
		return nil, err
	}
	*files = (*files)[:last]
	return boardIn(region), nil
}

func boardIn(region *shm.Region) *Board {
	slots := unsafe.Slice((*slot)(region.At(0)), region.Size()/int(unsafe.Sizeof(slot{})))
	return &Board{slots: slots, file: region.File(), release: region.Release}
}
