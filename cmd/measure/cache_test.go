package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
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

// What nobody has used for long goes, and nothing else does: another measure may be at it.
func TestOldGoes(t *testing.T) {
	home := t.TempDir()
	for _, v := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(v, home)
	}
	c, err := openCache()
	if err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"old": keep + time.Hour, "recent": keep - time.Hour, "used": keep + time.Hour, "new": 0} {
		path, then := filepath.Join(c.dir, name), time.Now().Add(-age)
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	c.touch(filepath.Join(c.dir, "used"))
	if _, err := openCache(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(c.dir, "*"))
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if !slices.Equal(left, []string{"new", "recent", "used"}) {
		t.Errorf("left are %q, %v", left, err)
	}
}

// A Go binary that is noted as used is the same, one that grew is not.
func TestUnchanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bench.test")
	if err := os.WriteFile(path, []byte("a program"), 0o777); err != nil {
		t.Fatal(err)
	}
	e := &entrant{goTest: true}
	if _, err := e.identify(path); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-time.Hour)
	if err := cmp.Or(os.Chtimes(path, then, then), e.unchanged()); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("another program"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := e.unchanged(); err == nil {
		t.Error("one that was written over is taken for the same")
	}
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
