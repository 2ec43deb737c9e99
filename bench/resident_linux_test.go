package bench

import "testing"

func TestResidentSeesMemory(t *testing.T) {
	before, err := resident(0)
	if err != nil {
		t.Fatal(err)
	}
	const size = 64 << 20
	held := make([]byte, size)
	for i := range held {
		held[i] = 1 // resident once written
	}
	after, err := resident(0)
	if err != nil {
		t.Fatal(err)
	}
	if grown := after - before; grown < size/2 {
		t.Errorf("%d bytes were written and the resident memory grew by %d", size, grown)
	}
	sink.Store(uint64(held[len(held)-1]))
}
