package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A folder holds the charts of its last report, and what somebody else put there.
func TestStaleCharts(t *testing.T) {
	out := t.TempDir()
	charts := func(args ...string) []string {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if status := run(append([]string{"-o", out}, args...), &stdout, &stderr); status != 0 {
			t.Fatalf("status %d: %s", status, &stderr)
		}
		entries, err := os.ReadDir(filepath.Join(out, chartsFolder))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	small := lines(t, "x.txt", append(series8("BenchmarkX/v=a", "ns/op", 1), series8("BenchmarkX/v=b", "ns/op", 2)...)...)
	want := charts(small)
	if all := charts("-png", studyDir); len(all) < 2*len(want) {
		t.Fatalf("%d charts of a study and %d of a file: the test shows nothing", len(all), len(want))
	}
	if err := os.WriteFile(filepath.Join(out, chartsFolder, "mine.svg"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	want = append(want, "mine.svg")
	slices.Sort(want)
	if got := charts(small); !slices.Equal(got, want) {
		t.Errorf("charts/ holds %q, want %q", got, want)
	}
}
