package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"time"

	"crossover/internal/study"
)

// A twin is another build of the first package, most often that of the commit before.
// It is measured in the same rounds, by the same numbers of operations and at the same
// rates, so that whatever the machine does it does to both, and has a study of its own.
type twin struct {
	prog *program
	dir  string
	w    *study.Writer
	m    study.Machine
}

// beforeSuffix is what the folder of a twin's study adds.
const beforeSuffix = "-before"

// newTwin asks the binary that -against names what it can measure.
func newTwin(ctx context.Context, o *options, c *cache, of *entrant, warn func(string)) (*twin, error) {
	e, err := fromPackage(ctx, o.pkgs[0], o.against, c)
	if err != nil {
		return nil, fmt.Errorf("-against: %w", err)
	}
	if was, is := cgo(e), cgo(of); was != is && was != "" && is != "" {
		return nil, fmt.Errorf("-against: it was built with CGO_ENABLED=%s and %s with %s, so its processes start at another cost: CGO_ENABLED=%s go test -c -o %s %s",
			was, of.name, is, is, o.against, o.pkgs[0])
	}
	t := &twin{prog: &program{entrants: []*entrant{e}, grid: o.grid, by: map[string]*entrant{}}}
	if err := t.prog.ask(ctx, warn); err != nil {
		return nil, fmt.Errorf("-against: %w", err)
	}
	if err := t.prog.narrow(o.bench); err != nil {
		return nil, fmt.Errorf("-against: %w", err)
	}
	return t, nil
}

// cgo is the CGO_ENABLED that a Go binary was built with, "" if it does not say.
func cgo(e *entrant) string {
	info, err := buildinfo.ReadFile(e.argv[0])
	if err != nil {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" {
			return s.Value
		}
	}
	return ""
}

// join adds a cell of the twin for each of the first entrant that it has too. The
// control stays the last.
func (t *twin) join(p *plan) {
	last := len(p.cells) - 1
	control := p.cells[last]
	p.cells = p.cells[:last]
	for i, c := range p.cells[:last] {
		if c.by != control.by || t.prog.by[c.Name] == nil {
			continue
		}
		c.by, c.before, c.twin, c.capacity = t.prog.by[c.Name], true, i, -1
		c.group = "before: " + c.group
		p.cells = append(p.cells, c)
	}
	p.cells = append(p.cells, control)
}

// create begins the study, beside that of m.
func (t *twin) create(dir string, m study.Machine, plan study.Plan) (err error) {
	t.dir, t.m = dir+beforeSuffix, m
	t.m.Entrants, plan.Entrants = t.prog.identities(), t.prog.identities()
	t.m.Commit, t.m.Dirty = "", false // nobody says what a test binary was built from
	if info, err := buildinfo.ReadFile(t.prog.entrants[0].argv[0]); err == nil {
		t.m.Go = info.GoVersion
	}
	if t.w, err = study.Create(t.dir, t.m, t.prog.text); err != nil {
		return taken(err)
	}
	if err := t.w.SetPlan(plan); err != nil {
		t.w.Abandon()
		return fmt.Errorf("writing study: %w", err)
	}
	return nil
}

// end closes the study as that of m was.
func (t *twin) end(m study.Machine) error {
	t.m.End, t.m.Complete, t.m.Rounds, t.m.Warnings, t.m.Overhead = m.End, m.Complete, m.Rounds, m.Warnings, m.Overhead
	err := t.w.SetMachine(t.m)
	if closed := t.w.Close(); err == nil {
		err = closed
	}
	return err
}

// together marks studies that were measured in the same rounds.
func together(seed int64, start time.Time) string {
	return fmt.Sprintf("%d-%d", seed, start.UnixMilli())
}
