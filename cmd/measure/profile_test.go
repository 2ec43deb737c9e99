package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProfile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profile")
	stdout, _ := must(t, 0, args(t, dir, "-profile", "impl=other")...)
	for _, file := range []string{"cpu.pprof", "mutex.pprof", "block.pprof", "trace.out"} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
		if !strings.Contains(stdout, file) {
			t.Errorf("it does not say how to open %s:\n%s", file, stdout)
		}
	}
	for _, test := range []struct {
		name   string
		status int
		says   string
	}{
		{"impl=none", 2, "no case of the quick grid matches"},
		{"impl=", 2, "one at a time"},
		{"(", 2, "-profile: "},
		{"impl=fails", 1, "this case fails"},
	} {
		_, stderr := must(t, test.status, args(t, dir, "-profile", test.name)...)
		if !strings.HasPrefix(stderr, "measure: ") || !strings.Contains(stderr, test.says) {
			t.Errorf("-profile %s: it said %q", test.name, stderr)
		}
	}
}
