package crossover_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPatternsAreDocumented holds a pattern's package comment to its source: it lists
// variants of all platforms in the order of their tables, says of each when it breaks,
// and the laws it names are laws. A variant that is not listed is told and no failure:
// adding one takes a file and a line.
func TestPatternsAreDocumented(t *testing.T) {
	tables := files(t, "patterns/*/variants.go")
	if len(tables) < 9 {
		t.Fatalf("%d tables of variants found only", len(tables))
	}
	for _, table := range tables {
		dir := filepath.Dir(table)
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			guarantees, list, _ := strings.Cut(packageComment(t, dir), "\n# Variants\n")
			var documented []string
			for _, item := range strings.Split(list, "\n  - ")[1:] {
				label, what, _ := strings.Cut(item, ":")
				documented = append(documented, label)
				if !strings.Contains(strings.Join(strings.Fields(what), " "), "Breaks when ") {
					t.Errorf("%s: it is not said when it breaks", label)
				}
			}
			declared := variantsOf(t, dir)
			listed := slices.DeleteFunc(slices.Clone(declared), func(v string) bool { return !slices.Contains(documented, v) })
			if !slices.Equal(documented, listed) {
				t.Errorf("the variants documented are\n%q, those declared are\n%q", documented, declared)
			}
			if n := len(declared) - len(listed); n > 0 {
				t.Logf("variants not documented: %d of %q", n, declared)
			}
			_, guarantees, _ = strings.Cut(guarantees, "\n# Guarantees\n")
			laws := bracketed.FindAllStringSubmatch(guarantees, -1)
			if len(laws) == 0 {
				t.Error("no law is named")
			}
			source := read(t, files(t, filepath.Join(dir, name+"test", "*.go"))...)
			for _, l := range laws {
				for _, law := range strings.Split(strings.Join(strings.Fields(l[1]), " "), ", ") {
					if !strings.Contains(source, `"`+law+`"`) {
						t.Errorf("there is no law %q", law)
					}
				}
			}
		})
	}
}

// packageComment is the one comment there is on the package of a folder.
func packageComment(t *testing.T, dir string) string {
	t.Helper()
	var comments []string
	for _, path := range files(t, filepath.Join(dir, "*.go")) {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if f.Doc != nil {
			comments = append(comments, f.Doc.Text())
		}
	}
	if len(comments) != 1 {
		t.Fatalf("%d package comments, want 1", len(comments))
	}
	return comments[0]
}

var (
	declaration = regexp.MustCompile(`(?s)\nfunc (\w+Variant)[[(].*?\n\s*Name:\s+"([^"]+)"`)
	row         = regexp.MustCompile(`\b([a-z]\w*Variant)[[(]`)
	bracketed   = regexp.MustCompile(`\(([^)]+)\)`)
)

// variantsOf are the variants in a pattern's tables, this platform's or not, with the
// platform that a file's name confines them to.
func variantsOf(t *testing.T, dir string) (all []string) {
	t.Helper()
	byFunc := map[string]string{}
	for _, path := range files(t, filepath.Join(dir, "*.go")) {
		platform := ""
		switch {
		case strings.HasSuffix(path, "_linux.go"):
			platform = " (Linux)"
		case strings.HasSuffix(path, "_unix.go"):
			platform = " (Unix)"
		}
		for _, d := range declaration.FindAllStringSubmatch(read(t, path), -1) {
			byFunc[d[1]] = d[2] + platform
		}
	}
	// variants.go comes first, and a platform's rows after it.
	for _, r := range row.FindAllStringSubmatch(read(t, files(t, filepath.Join(dir, "variants*.go"))...), -1) {
		if v := byFunc[r[1]]; !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func read(t *testing.T, paths ...string) string {
	t.Helper()
	var all strings.Builder
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}
