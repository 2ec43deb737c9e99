package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A binary that is in use elsewhere stays the file that it is; a broken one is replaced.
func TestKeepAs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sum.test")
	keep := func(content string) os.FileInfo {
		t.Helper()
		fresh := filepath.Join(dir, "fresh")
		if err := os.WriteFile(fresh, []byte(content), 0o777); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(fresh)
		sum, err := checksum(fresh)
		if err != nil {
			t.Fatal(err)
		}
		if err := keepAs(fresh, path, sum); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || readFile(t, path) != content {
			t.Fatalf("%s holds something else, %v", path, err)
		}
		return info
	}
	first := keep("a program")
	if !os.SameFile(first, keep("a program")) {
		t.Error("the same program is another file")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if again := keep("a program"); again.Mode().Perm()&0o100 == 0 {
		t.Errorf("what was made no program stays none: %v", again.Mode())
	}
	if err := os.Truncate(path, 3); err != nil {
		t.Fatal(err)
	}
	if os.SameFile(first, keep("a program")) {
		t.Error("a broken program is kept")
	}
	os.Remove(path)
	if err := os.MkdirAll(filepath.Join(path, "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	keep("a program")
}

// Samples run in other folders, and find the cache.
func TestRelativeCache(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, v := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(v, "")
	}
	for _, v := range []string{"TMPDIR", "TMP"} {
		t.Setenv(v, "relative")
	}
	if c, err := openCache(); err != nil || !filepath.IsAbs(c.dir) {
		t.Errorf("%+v, %v", c, err)
	}
}
