package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/montanaflynn/stats"

	"crossover/internal/catalog"
)

// A binary is the benchmark binary under one grid.
type binary struct {
	path string
	dir  string // of its package, where go test would run it
	grid string
}

// locate finds the package's folder and, unless one was given with -bin, builds
// its test binary in tmp.
func locate(ctx context.Context, o *options, tmp string) (*binary, error) {
	dir, err := output(ctx, exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", o.pkg))
	if err != nil {
		return nil, fmt.Errorf("finding package %s: %w", o.pkg, err)
	}
	b := &binary{path: o.bin, dir: strings.TrimSpace(string(dir)), grid: o.grid}
	if b.path == "" {
		b.path = filepath.Join(tmp, "bench.test")
		// -trimpath: a panic's stack is recorded, and a study names no folder of this machine.
		if _, err := output(ctx, exec.CommandContext(ctx, "go", "test", "-c", "-trimpath", "-o", b.path, o.pkg)); err != nil {
			return nil, fmt.Errorf("building %s: %w", o.pkg, err)
		}
	}
	if b.path, err = filepath.Abs(b.path); err != nil { // it runs in dir
		return nil, err
	}
	if _, err := os.Stat(b.path); err != nil {
		return nil, fmt.Errorf("no benchmark binary (has %s any tests?): %w", o.pkg, err)
	}
	return b, nil
}

func (b *binary) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.path, args...)
	cmd.Dir = b.dir
	return cmd
}

// catalog asks the binary what it can measure, as text and decoded.
func (b *binary) catalog(ctx context.Context) ([]byte, *catalog.Catalog, error) {
	text, err := output(ctx, b.command(ctx, "-test.run=^$", "-catalog", "-grid="+b.grid))
	if err != nil {
		return nil, nil, fmt.Errorf("asking the benchmark binary for its catalog: %w", err)
	}
	c, err := catalog.Decode(bytes.NewReader(text))
	return text, c, err
}

// spin asks the binary how many iterations of its spin make a microsecond, in
// several processes since each is up to 30 % off, and returns the median.
func (b *binary) spin(ctx context.Context) (int, error) {
	const tries = 5
	var counts []float64
	for range tries {
		text, err := output(ctx, b.command(ctx, "-calibrate-spin"))
		if err != nil {
			return 0, fmt.Errorf("calibrating the spin: %w", err)
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil || n < 1 {
			return 0, fmt.Errorf("calibrating the spin: -calibrate-spin printed %q, not a count", text)
		}
		counts = append(counts, float64(n))
	}
	median, err := stats.Median(counts)
	return int(median), err
}

// output runs cmd and returns its standard output; an error quotes the end of
// what it wrote on standard error.
func output(ctx context.Context, cmd *exec.Cmd) ([]byte, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w%s", filepath.Base(cmd.Path), err, excerpt(stderr.String()+string(out)))
	}
	return out, nil
}
