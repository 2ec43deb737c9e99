package affinity

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
)

// machine is the topology of CPUs, each "socket/core".
func machine(cpus ...string) fstest.MapFS {
	root := fstest.MapFS{}
	for n, at := range cpus {
		var socket, core int
		fmt.Sscanf(at, "%d/%d", &socket, &core)
		dir := fmt.Sprintf("sys/devices/system/cpu/cpu%d/topology/", n)
		root[dir+"physical_package_id"] = &fstest.MapFile{Data: fmt.Appendf(nil, "%d\n", socket)}
		root[dir+"die_id"] = &fstest.MapFile{Data: []byte("0\n")}
		root[dir+"core_id"] = &fstest.MapFile{Data: fmt.Appendf(nil, "%d\n", core)}
	}
	return root
}

func TestCoresFirst(t *testing.T) {
	hybrid := machine("0/0", "0/0", "0/1", "0/1", "0/2", "0/3")
	hybrid["sys/devices/cpu_atom/cpus"] = &fstest.MapFile{Data: []byte("4-5\n")}
	slowFirst := machine("0/0", "0/1", "0/2", "0/3")
	slowFirst["sys/devices/cpu_atom/cpus"] = &fstest.MapFile{Data: []byte("0,2\n")}
	all := []int{0, 1, 2, 3, 4, 5}
	for _, tt := range []struct {
		what string
		root fstest.MapFS
		may  []int
		want []int
	}{
		{"nothing known", fstest.MapFS{}, all, all},
		{"a core each", machine("0/0", "0/1", "0/2", "0/3"), all[:4], []int{0, 1, 2, 3}},
		{"siblings side by side", machine("0/0", "0/0", "0/1", "0/1"), all[:4], []int{0, 2, 1, 3}},
		{"siblings apart", machine("0/0", "0/1", "0/0", "0/1"), all[:4], []int{0, 1, 2, 3}},
		{"some of them", machine("0/0", "0/0", "0/1", "0/1"), all[1:4], []int{1, 2, 3}},
		{"sockets in turn", machine("0/0", "1/0", "0/1", "1/1"), all[:4], []int{0, 2, 1, 3}},
		{"two kinds of core", hybrid, all, []int{0, 2, 4, 5, 1, 3}},
		{"the slow ones in between", slowFirst, all[:4], []int{1, 3, 0, 2}},
	} {
		if got := coresFirst(tt.root, tt.may); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, got, tt.want)
		}
	}
}

func TestListed(t *testing.T) {
	for list, want := range map[string][]int{"": nil, "3": {3}, "0-2,8": {0, 1, 2, 8}, "x,4-": nil} {
		if got := listed(list); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", list, got, want)
		}
	}
}

// TestCPUs: whatever the order, they are those that this process may use.
func TestCPUs(t *testing.T) {
	got, err := CPUs()
	if err != nil || len(got) == 0 {
		t.Fatal(got, err)
	}
	slices.Sort(got)
	if len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("%v: one of them twice", got)
	}
}
