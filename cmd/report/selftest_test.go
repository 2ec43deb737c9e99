package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crossover/internal/study"
)

const selfTestDir = studyDir + selfTestSuffix

// besideStudy is a copy of the study with folders beside it, each with what edit makes
// of the self-test.
func besideStudy(t *testing.T, folders map[string]func(string) string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mine")
	if err := os.Rename(damaged(t, "", nil), dir); err != nil {
		t.Fatal(err)
	}
	for name, edit := range folders {
		folder := filepath.Join(filepath.Dir(dir), name)
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		if text := edit(readFile(t, filepath.Join(selfTestDir, study.SelfTestFile))); text != "" {
			if err := os.WriteFile(filepath.Join(folder, study.SelfTestFile), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func same(s string) string { return s }

// TestFindSelfTest: by name, else the newest of the same machine.
func TestFindSelfTest(t *testing.T) {
	newer := replace(`"start": "2026-01-02`, `"start": "2026-03-02`)
	none := func(string) string { return "" }
	for _, tt := range []struct {
		name    string
		folders map[string]func(string) string
		want    string
		warning string
	}{
		{name: "nothing"},
		{name: "of another name that does not fit", folders: map[string]func(string) string{"selftest-x": same}},
		{name: "by the study's name", folders: map[string]func(string) string{"mine-selftest": same, "other-selftest": newer}, want: "mine-selftest"},
		{name: "by the study's name, of another machine", folders: map[string]func(string) string{"mine-selftest": replace(`"cpu": "[^"]*"`, `"cpu": "Abacus"`)}, want: "mine-selftest"},
		{name: "the newest", folders: map[string]func(string) string{"z-selftest": same, "a-selftest": newer}, want: "a-selftest"},
		{name: "another CPU", folders: map[string]func(string) string{"a-selftest": replace(`"cpu": "[^"]*"`, `"cpu": "Abacus"`)}},
		{name: "another number of CPUs", folders: map[string]func(string) string{"a-selftest": replace(`"cpus": 2`, `"cpus": 4`)}},
		{name: "another Go", folders: map[string]func(string) string{"a-selftest": replace(`"go": "[^"]*"`, `"go": "go1.99"`)}},
		{name: "another kernel", folders: map[string]func(string) string{"a-selftest": replace(`"kernel": "6.1.9"`, `"kernel": "6.18.2"`)}},
		{name: "another patch of the kernel", folders: map[string]func(string) string{"a-selftest": replace(`"kernel": "6.1.9"`, `"kernel": "6.1.77-x"`)}, want: "a-selftest"},
		{name: "not yet ended", folders: map[string]func(string) string{"mine-selftest": none, "a-selftest": same}, want: "a-selftest"},
		{name: "cut off", folders: map[string]func(string) string{"mine-selftest": cut(40)}, warning: "selftest.json:4"},
		{name: "one cut off, one whole", folders: map[string]func(string) string{"b-selftest": cut(40), "a-selftest": same}, want: "a-selftest", warning: "selftest.json:4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := besideStudy(t, tt.folders)
			m, err := load([]string{dir + string(filepath.Separator)}, reading{})
			if err == nil {
				err = m.findSelfTest("")
			}
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if m.selfTest != nil {
				got = filepath.Base(m.selfTest.dir)
			}
			if got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
			if said := strings.Join(m.Warnings, "\n"); !strings.Contains(said, tt.warning) || tt.warning == "" && said != "" {
				t.Errorf("warnings %q, want one about %q", said, tt.warning)
			}
		})
	}
}

// TestBadSelfTest: one that was asked for and cannot be read ends the report.
func TestBadSelfTest(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(string) string
		want string
	}{
		{"not there", func(string) string { return "" }, "selftest.json"},
		{"cut off", cut(40), "selftest.json:4"},
		{"no JSON", func(string) string { return "figures\n" }, "selftest.json:1"},
		{"something else", func(string) string { return "{}" }, "no self-test"},
		{"a word for a number", replace(`"k": [0-9]+`, `"k": "many"`), "selftest.json:"},
		{"more found than tried", replace(`"k": [0-9]+`, `"k": 99999`), "cannot be"},
		{"an interval upside down", replace(`"lo": [0-9.]+`, `"lo": 0.9`), "cannot be"},
		{"power beyond certainty", replace(`"found": [0-9.]+`, `"found": 7`), "power at"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := besideStudy(t, map[string]func(string) string{"mine-selftest": tt.edit})
			out := filepath.Join(t.TempDir(), "out")
			var stdout, stderr bytes.Buffer
			status := run([]string{"-o", out, "-selftest", dir + selfTestSuffix, dir}, &stdout, &stderr)
			if status != 2 || stdout.Len() > 0 || !strings.Contains(stderr.String(), tt.want) || strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("status %d, output %q, message %q, want %q in one line", status, stdout.String(), stderr.String(), tt.want)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("a report was written all the same")
			}
		})
	}
	var stdout, stderr bytes.Buffer
	file := filepath.Join(studyDir, study.RawFile)
	if status := run([]string{"-o", t.TempDir(), "-selftest", selfTestDir, file}, &stdout, &stderr); status != 2 || !strings.Contains(stderr.String(), "-selftest") {
		t.Errorf("results of no study: status %d, %s", status, stderr.String())
	}
}

// TestSelfTestInReport: the page, report.md and summary.json say the same of it, and say
// how to make one where there is none.
func TestSelfTestInReport(t *testing.T) {
	elsewhere := besideStudy(t, map[string]func(string) string{"mine-selftest": replace(`"go": "[^"]*"`, `"go": "go1.99"`)})
	for _, tt := range []struct {
		name, study string
		flags       []string
		want        []string
	}{
		{"named", damaged(t, "", nil), []string{"-selftest", selfTestDir}, []string{"2 of 5 targets met", "4.8 % of 2016 pairs", "90.9 %", "nothing was tried", "67 %"}},
		{"beside", studyDir, nil, []string{"study-selftest", "commit 0123456789ab, 2026-01-02, took 12m40s"}},
		{"of another Go", elsewhere, nil, []string{"made elsewhere", "go1.99, not go1.26.0"}},
		{"none", damaged(t, "", nil), nil, []string{makeSelfTest}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, dir := runReport(t, tt.study, tt.flags...)
			for _, file := range []string{"report.md", "report.html"} {
				text := strings.ReplaceAll(readFile(t, filepath.Join(dir, file)), "\u00a0", " ")
				for _, part := range tt.want {
					if !strings.Contains(text, part) {
						t.Errorf("%s does not say %q", file, part)
					}
				}
				if strings.Contains(text, "<i>what</i>") {
					t.Errorf("%s: markup of a figure is not escaped", file)
				}
			}
			var s summary
			if err := json.Unmarshal([]byte(readFile(t, filepath.Join(dir, "summary.json"))), &s); err != nil {
				t.Fatal(err)
			}
			if has := s.SelfTest != nil; has != (tt.name != "none") {
				t.Errorf("summary.json holds a self-test: %t", has)
			}
		})
	}
}

func TestBesideLink(t *testing.T) {
	for _, tt := range []struct{ page, file, want string }{
		{"results/a", "results/b-selftest/selftest.md", "../b-selftest/selftest.md"},
		{"results/a/", "./results/b-selftest/selftest.md", "../b-selftest/selftest.md"},
		{"out", "results/b-selftest/selftest.md", ""},
	} {
		if got := besideLink(tt.page, tt.file); got != tt.want {
			t.Errorf("from %s to %s: %q, want %q", tt.page, tt.file, got, tt.want)
		}
	}
}

// TestSelfTestFound words how often a slowdown is found.
func TestSelfTestFound(t *testing.T) {
	s := &selfTest{SelfTest: &study.SelfTest{Power: []study.SelfTestPower{{Percent: 5, Rounds: 10, Found: 0.4, Seconds: 1}, {Percent: 5, Rounds: 20, Found: 0.6, Seconds: 2}, {Percent: 5, Rounds: 40, Found: 0.9, Seconds: 4}}}}
	for rounds, want := range map[int]string{
		5:  "5 % is found in 90 % of tries from 40 rounds on, 4.0 s of measuring per pair. So",
		12: "In 10 rounds a slowdown of 5 % is found in 40 % of tries (this study has 12); 5 %",
		50: "In 40 rounds a slowdown of 5 % is found in 90 % of tries (this study has 50)",
	} {
		if got := s.found(5, rounds); !strings.HasPrefix(got, want) || rounds < 40 != strings.Contains(got, "does not rule out") {
			t.Errorf("%d rounds: %s", rounds, got)
		}
	}
	s.Power = s.Power[:2]
	if got := s.found(5, 30); !strings.Contains(got, "more rounds than the self-test tried") {
		t.Error(got)
	}
	if got := s.found(2, 30); got != "" {
		t.Error(got)
	}
}
