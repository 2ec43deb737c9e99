package role_test

import (
	"sync/atomic"
	"testing"
	"unsafe"

	"crossover/patterns/role"
)

func TestPlain(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		ok   bool
	}{
		{"number", role.CheckPlain[int](), true},
		{"array", role.CheckPlain[[8]uint64](), true},
		{"no strings", role.CheckPlain[[0]string](), true},
		{"struct", role.CheckPlain[struct {
			A bool
			B [2]struct{ c complex64 }
		}](), true},
		{"atomic", role.CheckPlain[atomic.Int64](), true},
		{"pointer", role.CheckPlain[*int](), false},
		{"string", role.CheckPlain[string](), false},
		{"slice within", role.CheckPlain[struct{ a [3]struct{ b []byte } }](), false},
		{"interface", role.CheckPlain[any](), false},
		{"address", role.CheckPlain[uintptr](), false},
		{"unsafe pointer", role.CheckPlain[unsafe.Pointer](), false},
	} {
		if (test.err == nil) != test.ok {
			t.Errorf("%s: got %v", test.name, test.err)
		}
	}
}
