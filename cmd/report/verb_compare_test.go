package main

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompareVerb: flags, exit status and what is said.
func TestCompareVerb(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, rounds int, seed uint64, slower float64) string {
		rng := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for range rounds {
			for i := range 20 {
				ns := 100 * float64(i+1) * math.Exp(0.01*rng.NormFloat64())
				if i == 4 {
					ns *= slower
				}
				fmt.Fprintf(&b, "BenchmarkX/impl=v%d/cell=%d-2 100 %.4g ns/op 0 allocs/op\n", i%7, i, ns)
			}
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, b := write("a.txt", 10, 1, 1), write("b.txt", 10, 2, 1)
	slow := write("slow.txt", 10, 3, 1.4)
	short := write("short.txt", 1, 4, 1)
	other := filepath.Join(dir, "other.txt")
	empty := filepath.Join(dir, "empty.txt")
	for path, text := range map[string]string{other: "BenchmarkOther 1 5 ns/op\n", empty: "PASS\n"} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{a, b}, 0, "No sign of a regression beyond 5 %."},
		{[]string{a, slow}, 1, "worse       BenchmarkX/impl=v4/cell=4-2  time  1.4"},
		{[]string{slow, a}, 0, "better      BenchmarkX/impl=v4/cell=4-2"},
		{[]string{a, slow, "-threshold", "100%"}, 0, "No sign of a regression beyond 100 %."},
		{[]string{"-format=md", a, slow}, 1, "### Regression: beyond 5 %."},
		{[]string{a, slow, "-filter", "/impl:v1"}, 0, "No sign of a regression"},
		{[]string{a, short}, 3, "Cannot tell"},
		{[]string{"-strict", "-threshold=0.1%", a, b}, 3, "Cannot tell"},
		{[]string{"-strict", "-threshold=50%", a, b}, 0, "No sign of a regression beyond 50 %."},
		{[]string{studyDir, studyDir}, 0, "No sign of a regression"},
		{[]string{a}, 2, "1 run given, want two"},
		{[]string{a, other}, 2, "no case and unit in common"},
		{[]string{a, empty}, 2, "no benchmark results"},
		{[]string{a, filepath.Join(dir, "nowhere")}, 2, "nowhere"},
		{[]string{a, b, "-threshold", "lots"}, 2, "-threshold lots"},
		{[]string{a, b, "-filter", "/impl:("}, 2, "-filter"},
		{[]string{a, b, "-filter", "/impl:none"}, 2, "lets through"},
	} {
		var out, errs bytes.Buffer
		status := run(append([]string{"compare"}, tt.args...), &out, &errs)
		if status != tt.status || !strings.Contains(out.String()+errs.String(), tt.says) {
			t.Errorf("%q: status %d, want %d and %q:\n%s%s", tt.args, status, tt.status, tt.says, out.String(), errs.String())
		}
	}
}
