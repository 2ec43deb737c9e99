// Package crossover_test holds the rules that no single package can keep.
package crossover_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

// packages lists this module's packages without their tests.
func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 10 {
		t.Fatalf("go list found %d packages only", len(list))
	}
	return list
}

func under(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// shared are the packages below patterns/ that are no patterns.
var shared = []string{"crossover/patterns/role", "crossover/patterns/shm", "crossover/patterns/clock", "crossover/patterns/lawtest"}

// pattern is the package that is a pattern's own, or "".
func pattern(path string) string {
	if !under(path, "crossover/patterns") || path == "crossover/patterns" {
		return ""
	}
	if slices.ContainsFunc(shared, func(s string) bool { return under(path, s) }) {
		return ""
	}
	return strings.Join(strings.Split(path, "/")[:3], "/")
}

// TestImportsRunOneWay holds the direction of the folder tree: bench → patterns →
// standard library, with the commands beside it, knowing the patterns as data
// only.
func TestImportsRunOneWay(t *testing.T) {
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			if rule := broken(p.ImportPath, i); rule != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, i, rule)
			}
		}
	}
}

// broken names the rule that an import breaks, or "".
func broken(from, to string) string {
	standard := !strings.Contains(strings.Split(to, "/")[0], ".") && !under(to, "crossover")
	testPackage := strings.HasSuffix(from, "test")
	switch {
	case under(from, "crossover/patterns"):
		switch {
		case to == "testing" && !testPackage:
			return "patterns know nothing of testing, but for the test packages"
		case standard || under(to, "golang.org/x/sync") || under(to, "golang.org/x/sys"):
			return ""
		case testPackage && to == "github.com/anishathalye/porcupine":
			return ""
		case !under(to, "crossover/patterns"):
			return "patterns stay on the standard library, x/sync and x/sys"
		case pattern(from) != "" && pattern(to) != "" && pattern(from) != pattern(to):
			return "one pattern never imports another"
		}
	case under(from, "crossover/cmd"), under(from, "crossover/internal"):
		if under(to, "crossover/patterns") || under(to, "crossover/bench") {
			return "what it knows of patterns and bench comes as data"
		}
	case under(from, "crossover/bench"):
		if under(to, "crossover/cmd") || under(to, "golang.org/x/perf") {
			return "bench prints, others read"
		}
	}
	return ""
}

// TestImportRulesBite feeds the rules what they forbid.
func TestImportRulesBite(t *testing.T) {
	for _, bad := range [][2]string{
		{"crossover/patterns/queue", "testing"},
		{"crossover/patterns/queue", "crossover/patterns/pool"},
		{"crossover/patterns/queue", "crossover/bench"},
		{"crossover/patterns/queue", "github.com/puzpuzpuz/xsync/v4"},
		{"crossover/patterns/queue/queuetest", "crossover/patterns/pool"},
		{"crossover/patterns/role", "golang.org/x/perf/benchfmt"},
		{"crossover/cmd/report", "crossover/patterns/queue"},
		{"crossover/cmd/measure", "crossover/bench"},
		{"crossover/internal/stat", "crossover/patterns"},
		{"crossover/bench", "crossover/cmd/report"},
	} {
		if broken(bad[0], bad[1]) == "" {
			t.Errorf("%s may import %s", bad[0], bad[1])
		}
	}
	for _, good := range [][2]string{
		{"crossover/patterns/queue", "crossover/patterns/role"},
		{"crossover/patterns/queue/queuetest", "testing"},
		{"crossover/patterns/queue/queuetest", "crossover/patterns/queue"},
		{"crossover/bench", "crossover/patterns/queue"},
		{"crossover/patterns/pool", "golang.org/x/sync/errgroup"},
	} {
		if rule := broken(good[0], good[1]); rule != "" {
			t.Errorf("%s may not import %s: %s", good[0], good[1], rule)
		}
	}
}
