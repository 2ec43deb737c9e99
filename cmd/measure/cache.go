package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A cache is where test binaries lie, by their content, and the files that samples
// leave. It outlives measure: killed, measure cannot clean up after itself, and the
// next one then uses what is left or, when it is old, removes it.
type cache struct{ dir string }

// keep is how long something unused stays in the cache.
const keep = 7 * 24 * time.Hour

// openCache makes the folder and removes what is old.
func openCache() (*cache, error) {
	root, err := os.UserCacheDir()
	if err != nil { // no home
		root = os.TempDir()
	}
	if root, err = filepath.Abs(root); err != nil { // samples run elsewhere
		return nil, fmt.Errorf("making a place for binaries: %w", err)
	}
	c := &cache{filepath.Join(root, "crossover")}
	if err := os.MkdirAll(c.dir, 0o777); err != nil {
		return nil, fmt.Errorf("making a place for binaries: %w", err)
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return nil, fmt.Errorf("looking at the place for binaries: %w", err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > keep {
			removeAll(filepath.Join(c.dir, e.Name()))
		}
	}
	return c, nil
}

// build builds the test binary of a package. Binaries never change: one that is in
// use elsewhere stays what it is.
func (c *cache) build(ctx context.Context, pkg string) (string, error) {
	tmp, err := os.MkdirTemp(c.dir, "build")
	if err != nil {
		return "", fmt.Errorf("building %s: %w", pkg, err)
	}
	defer os.RemoveAll(tmp)
	fresh := filepath.Join(tmp, "bench.test")
	// -trimpath: a panic's stack is recorded, and a study names no folder of this machine.
	// -vet=off: it would vet everything imported as well, and that is what make test is for.
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-trimpath", "-vet=off", "-o", fresh, pkg)
	cmd.Env = append(buildEnv(), "GOTMPDIR="+tmp) // interrupted, go leaves there what it was at
	if _, err := output(ctx, cmd); err != nil {
		return "", fmt.Errorf("building %s: %w", pkg, err)
	}
	sum, err := checksum(fresh)
	if err != nil {
		return "", fmt.Errorf("no benchmark binary (has %s any tests?): %w", pkg, err)
	}
	path := filepath.Join(c.dir, sum[:16]+".test")
	if err := keepAs(fresh, path, sum); err != nil {
		return "", fmt.Errorf("building %s: %w", pkg, err)
	}
	return path, nil
}

// keepAs gives a binary its path, and leaves an equal one that is there alone: to who measures
// it, another file of the same content is another program.
func keepAs(fresh, path, sum string) error {
	if os.Link(fresh, path) == nil {
		return nil
	}
	if have, err := checksum(path); err == nil && have == sum {
		touch(path)
		os.Chmod(path, 0o755) // should somebody have made it no program
		return nil
	}
	if err := os.Rename(fresh, path); err == nil { // over a broken one, or where there are no links
		return nil
	}
	removeAll(path) // a folder, perhaps
	return os.Rename(fresh, path)
}

// buildEnv is what binaries are built with: no cgo, unless CGO_ENABLED says otherwise. It
// makes a process start a fifth slower, and what is measured would depend on whether there
// is a C compiler.
func buildEnv() []string {
	env := os.Environ()
	if os.Getenv("CGO_ENABLED") == "" {
		env = append(env, "CGO_ENABLED=0")
	}
	return env
}

// scratch makes a folder for the files of samples.
func (c *cache) scratch() (string, error) {
	dir, err := os.MkdirTemp(c.dir, "sample")
	if err != nil {
		return "", fmt.Errorf("making a place for what samples write: %w", err)
	}
	return dir, nil
}

// touch marks what a long study uses as used, if it lies in the cache.
func (c *cache) touch(path string) {
	if filepath.Dir(path) == c.dir {
		touch(path)
	}
}

func touch(path string) {
	now := time.Now()
	os.Chtimes(path, now, now)
}

// removeAll removes a folder whatever was done to the permissions below it: Go's own module
// cache takes its away.
func removeAll(dir string) error {
	if os.RemoveAll(dir) == nil {
		return nil
	}
	filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}

// hasRoom returns why nothing can be written to a folder, if so; a small file still fits
// a disk that is full for all others.
func hasRoom(dir string) error {
	if dir == "" {
		return nil
	}
	f, err := os.CreateTemp(dir, "room")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 64<<10))
	return cmp.Or(err, f.Close(), os.Remove(f.Name()))
}
