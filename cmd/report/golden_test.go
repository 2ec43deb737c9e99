package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runReport runs the program on a study and returns its output and folder.
func runReport(t *testing.T, studyDir string, flags ...string) (stdout, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "out")
	var out, errs bytes.Buffer
	if status := run(append(flags, "-o", dir, studyDir), &out, &errs); status != 0 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	return out.String(), dir
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want := strings.Split(readFile(t, path), "\n")
	lines := strings.Split(got, "\n")
	for i := range max(len(want), len(lines)) {
		var g, w string
		if i < len(lines) {
			g = lines[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Fatalf("%s:%d (rerun with -update if this is meant):\n got %s\nwant %s", path, i+1, g, w)
		}
	}
}

func TestGolden(t *testing.T) {
	stdout, dir := runReport(t, studyDir)
	path := filepath.Join(dir, "report.html")
	if !strings.HasSuffix(stdout, "\n"+path+"\n") {
		t.Errorf("the output does not end with %s:\n%s", path, stdout)
	}
	checkGolden(t, "terminal.golden", strings.ReplaceAll(stdout, path, "report.html"))
	checkGolden(t, "report.md.golden", readFile(t, filepath.Join(dir, "report.md")))
	checkGolden(t, "summary.json.golden", readFile(t, filepath.Join(dir, "summary.json")))
}

// TestTwice: a report is a function of the study.
func TestTwice(t *testing.T) {
	_, first := runReport(t, studyDir)
	_, second := runReport(t, studyDir)
	for _, name := range []string{"report.html", "report.md", "charts/pool-10us-cost.svg"} {
		if readFile(t, filepath.Join(first, name)) != readFile(t, filepath.Join(second, name)) {
			t.Errorf("%s differs between two runs", name)
		}
	}
}

func TestPNG(t *testing.T) {
	_, dir := runReport(t, studyDir, "-png")
	svgs, _ := filepath.Glob(filepath.Join(dir, chartsFolder, "*.svg"))
	pngs, _ := filepath.Glob(filepath.Join(dir, chartsFolder, "*.png"))
	if len(svgs) == 0 || len(pngs) != len(svgs) {
		t.Fatalf("%d SVG and %d PNG files", len(svgs), len(pngs))
	}
	for _, name := range pngs {
		if !strings.HasPrefix(readFile(t, name), "\x89PNG\r\n") {
			t.Errorf("%s is no PNG", name)
		}
	}
}

// TestHTMLIsAlone: the page fetches nothing.
func TestHTMLIsAlone(t *testing.T) {
	_, dir := runReport(t, studyDir)
	html := readFile(t, filepath.Join(dir, "report.html"))
	for _, fetch := range []string{"<link", "<script src", "<img", "@import", "url(", `src="`} {
		if strings.Contains(html, fetch) {
			t.Errorf("the page has %s", fetch)
		}
	}
	for _, part := range []string{"<svg", "prefers-color-scheme: dark", "@media print"} {
		if !strings.Contains(html, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	if strings.Contains(html, "<without>") || !strings.Contains(html, "&lt;without&gt;") {
		t.Error("a summary with angle brackets is not escaped")
	}
}

func TestLinker(t *testing.T) {
	if got, want := linker("testdata")("cmd/report/main.go"), "../../../cmd/report/main.go"; got != want {
		t.Errorf("link %q, want %q", got, want)
	}
	if got := linker("testdata")("cmd/report/nowhere.go"); got != "" {
		t.Errorf("a link to a file that does not exist: %q", got)
	}
}
