package bench

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
)

func TestQuantile(t *testing.T) {
	h := &metrics.Float64Histogram{Buckets: []float64{0, 1, 2, math.Inf(1)}}
	for _, test := range []struct {
		counts []uint64
		want   float64
	}{
		{[]uint64{0, 0, 0}, 0},
		{[]uint64{99, 1, 0}, 1},
		{[]uint64{98, 2, 0}, 2},
		{[]uint64{0, 0, 5}, 2},
	} {
		h.Counts = test.counts
		if got := quantile(h, 0.99); got != test.want {
			t.Errorf("of %v: %v, want %v", test.counts, got, test.want)
		}
	}
}

func TestWriteRuntime(t *testing.T) {
	t.Setenv(RuntimeFile, "")
	if err := WriteRuntime(); err != nil {
		t.Errorf("unasked: %v", err)
	}
	path := filepath.Join(t.TempDir(), "runtime.json")
	t.Setenv(RuntimeFile, path)
	runtime.GC()
	if err := WriteRuntime(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]float64
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	share := got["gc_share"]
	shown := share > 0 || share == 0 && runtime.GOOS == "windows" // whose clock stands still for longer
	if len(got) != 3 || got["gc_cycles"] < 1 || !shown || share > 1 || got["sched_p99_ns"] <= 0 {
		t.Errorf("%s", data)
	}
}
