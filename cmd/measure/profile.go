package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"crossover/internal/affinity"
	"crossover/internal/catalog"
)

// kinds are the profiles of one case. Each has a process of its own, since one
// would show up in the other.
var kinds = []struct {
	file string
	flag string
	open string
}{
	{"cpu.pprof", "-test.cpuprofile", "go tool pprof -http=: "},
	{"mutex.pprof", "-test.mutexprofile", "go tool pprof -http=: "},
	{"block.pprof", "-test.blockprofile", "go tool pprof -http=: "},
	{"trace.out", "-test.trace", "go tool trace "},
}

// profile runs one case under each profiler and says how to read what it wrote: the
// way from which variant is slow to why.
func profile(ctx context.Context, o *options, stdout, stderr io.Writer) error {
	usable, err := affinity.CPUs()
	if err != nil {
		return err
	}
	cpus, _, err := axes(o, len(usable), cpuQuota())
	if err != nil {
		return err
	}
	c, err := openCache()
	if err != nil {
		return err
	}
	warn := func(s string) { fmt.Fprintln(stderr, "warning:", s) }
	prog, err := assemble(ctx, o, c, warn)
	if err != nil {
		return err
	}
	k, err := theCase(prog.catalog, o.profile)
	if err != nil {
		return err
	}
	by := prog.by[k.Name]
	if !by.goTest {
		return usagef("-profile: %s is run by %s, which is no Go test binary", k.Name, by.name)
	}
	dir := cmp.Or(o.out, filepath.Join("results", "local", "profile-"+strings.Trim(nonWords.ReplaceAllString(strings.ToLower(k.Name), "-"), "-")))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("profiling: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("profiling: %w", err)
	}
	defer os.Remove(dir) // if nothing came into it

	spin, err := prog.spin(ctx, o, warn)
	if err != nil {
		return err
	}
	most := cpus[len(cpus)-1]
	procs := most
	if len(o.procs) > 0 {
		procs = o.procs[len(o.procs)-1]
	}
	at := cell{Case: *k, by: by, place: place{pair: pair{most, procs}}, target: time.Second}
	r := &sampler{grid: prog.grid, spin: spin, cpus: usable, patience: time.Minute}
	for _, kind := range kinds {
		path := filepath.Join(dir, kind.file)
		r.extra = []string{kind.flag + "=" + path}
		benchtime := "1s"
		if kind.file == "trace.out" {
			benchtime = "100ms" // a trace of more is slow to open
		}
		s, err := r.run(ctx, at, benchtime)
		if err != nil {
			return err
		}
		if s.Error != "" {
			return fmt.Errorf("profiling %s: %s", k.Name, s.Error)
		}
		if err := hasRoom(dir); err != nil { // which the testing package does not tell of traces
			return fmt.Errorf("profiling %s: %s may be cut short: %w", k.Name, relative(path), err)
		}
		fmt.Fprintf(stdout, "%s%s\n", kind.open, relative(path))
	}
	if k.Keys["as"] == "process" {
		fmt.Fprintln(stderr, "note: worker processes are not in the profiles, only the process that drives them")
	}
	return nil
}

// theCase is the one whose name is or matches what is asked for.
func theCase(c *catalog.Catalog, name string) (*catalog.Case, error) {
	re, err := regexp.Compile(name)
	if err != nil {
		return nil, usagef("-profile: %v", err)
	}
	var matching []catalog.Case
	for _, p := range c.Patterns {
		cases := p.Cases
		for _, f := range p.Floors {
			cases = append(cases[:len(cases):len(cases)], f.Case)
		}
		for _, k := range cases {
			if k.Name == name {
				return &k, nil
			}
			if re.MatchString(k.Name) {
				matching = append(matching, k)
			}
		}
	}
	switch len(matching) {
	case 0:
		return nil, usagef("-profile %s: no case of the %s grid matches (-dry-run lists them)", name, c.Grid)
	case 1:
		return &matching[0], nil
	}
	slices.SortFunc(matching, func(a, b catalog.Case) int { return cmp.Compare(len(a.Name), len(b.Name)) })
	return nil, usagef("-profile %s: %d cases match, among them %s and %s: one at a time", name, len(matching), matching[0].Name, matching[1].Name)
}

// relative is path as seen from here, if that is shorter.
func relative(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}
