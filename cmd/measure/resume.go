package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"crossover/internal/study"
)

// reopen opens the study to go on with and returns its own options. Of those on the
// command line only where the entrants lie counts: the study names no folder of this
// machine.
func reopen(o *options) (*options, *study.Writer, *study.Begun, error) {
	w, b, err := study.Resume(o.resume)
	if err != nil {
		return nil, nil, nil, err
	}
	stored, err := parseOptions(b.Plan.Args)
	if err != nil {
		w.Close()
		return nil, nil, nil, fmt.Errorf("%s: the flags of the study: %w", filepath.Join(o.resume, study.PlanFile), err)
	}
	if stored.against != "" {
		w.Close()
		return nil, nil, nil, usagef("%s was measured against another binary, and its rounds are also those of another study: measure both again", o.resume)
	}
	if b.Machine.Complete {
		w.Close()
		return nil, nil, nil, usagef("%s is complete: there is nothing to go on with", o.resume)
	}
	stored.out = o.resume
	if o.given["pkg"] {
		stored.pkgs = o.pkgs
	}
	if o.given["bin"] {
		stored.bins = o.bins
	}
	if o.given["with"] {
		stored.with = o.with
	}
	return stored, w, b, nil
}

// same refuses to go on on another machine or with other binaries: samples of both
// would stand in one study. It returns machine.json as it goes on.
func same(b *study.Begun, now study.Machine, prog *program, usable []int) (study.Machine, error) {
	m := b.Machine
	for _, of := range []struct {
		what     string
		was, now any
	}{
		{"CPU", m.CPU, now.CPU},
		{"number of CPUs", m.CPUs, now.CPUs},
		{"list of CPUs", b.Plan.CPUs, usable},
		{"system", m.OS + "/" + m.Arch, now.OS + "/" + now.Arch},
		{"kernel", m.Kernel, now.Kernel},
		{"memory", m.MemoryMiB, now.MemoryMiB},
		{"quota of CPU time", cmp.Or(m.Quota, "none"), cmp.Or(now.Quota, "none")},
		{"Go environment", m.GoEnv, now.GoEnv},
		{"Go", m.Go, now.Go},
	} {
		if was, is := fmt.Sprint(of.was), fmt.Sprint(of.now); was != is {
			return m, fmt.Errorf("this is not the machine that the study was begun on: its %s was %s and is %s; start a new study", of.what, was, is)
		}
	}
	ids := prog.identities()
	if len(ids) != len(b.Plan.Entrants) {
		return m, fmt.Errorf("the study was begun with %d entrants and there are %d: give it the same, or start a new study", len(b.Plan.Entrants), len(ids))
	}
	for i, was := range b.Plan.Entrants {
		if was.SHA256 != ids[i].SHA256 {
			return m, fmt.Errorf("%s is not the binary that the study was begun with (commit %.12s): check out what it was built from, or start a new study", ids[i].Name, m.Commit)
		}
	}
	m.Resumed = append(m.Resumed, now.Start)
	return m, nil
}

// goOn takes over what was calibrated and measured before.
func (s *session) goOn(b *study.Begun) error {
	cells := s.plan.index()
	find := func(name string, cpus, procs int, pin string) (int, error) {
		i, ok := cells[cellKey{name, place{pair{cpus, procs}, pin}}]
		if !ok {
			return 0, fmt.Errorf("the study has %q cpus=%d GOMAXPROCS=%d, which is not in its plan: its files were changed", name, cpus, procs)
		}
		return i, nil
	}
	for _, f := range b.Fixed {
		i, err := find(f.Case, f.CPUs, f.GOMAXPROCS, f.Pin)
		if err != nil {
			return err
		}
		s.set(i, f)
	}
	cellOf := make([]int, len(b.Samples))
	for n, x := range b.Samples {
		i, err := find(x.Case, x.CPUs, x.GOMAXPROCS, x.Pin)
		if err != nil {
			return err
		}
		cellOf[n] = i
	}
	if err := s.restore(b.Samples, cellOf); err != nil {
		return err
	}
	for i := range s.plan.cells {
		if of := s.plan.cells[i].capacity; of >= 0 {
			s.plan.cells[i].nsPerOpOfCapacity = s.cells[of].nsPerOp
		}
	}
	for n, x := range b.Samples {
		i := cellOf[n]
		took := seconds(x.Wall)
		s.spent += took
		if x.Round == 0 { // it failed as its N was sought, and perhaps that is not in the plan yet
			if !s.cells[i].fixed {
				f := study.Fixed{Case: x.Case, CPUs: x.CPUs, GOMAXPROCS: x.GOMAXPROCS, Pin: x.Pin, Error: x.Error}
				if err := s.keepFixed(i, f); err != nil {
					return err
				}
			}
			continue
		}
		at := turn{x.Round, x.Order}
		if order := s.plan.order(x.Round); x.Order < 0 || x.Order >= len(order) || order[x.Order] != i || s.taken[at] {
			return fmt.Errorf("sample %d of round %d is not where the seed puts it: the study's files were changed", x.Order, x.Round)
		}
		s.taken[at] = true
		s.note(i, x, took)
	}
	return nil
}

// restore finds in the samples with how many operations they were run, where the end of the
// plan is lost. It is an error if somebody was offered a share of a capacity that is lost: no
// sample says what it was taken for.
func (s *session) restore(samples []study.Sample, cellOf []int) error {
	restored := map[int]study.Fixed{}
	for n, x := range samples {
		i := cellOf[n]
		if _, ok := restored[i]; ok || s.cells[i].fixed || x.Round == 0 || x.N == 0 {
			continue
		}
		restored[i] = study.Fixed{Case: x.Case, CPUs: x.CPUs, GOMAXPROCS: x.GOMAXPROCS, Pin: x.Pin, N: x.N, NsPerOp: x.Values["ns/op"], Wall: x.Wall}
	}
	for n, x := range samples {
		if _, ok := restored[s.plan.cells[cellOf[n]].capacity]; ok {
			return fmt.Errorf("%s was cut, and with it the capacity of which %s was offered a share; what follows would be offered another: start a new study", study.PlanFile, x.Case)
		}
	}
	for _, i := range slices.Sorted(maps.Keys(restored)) {
		if err := s.keepFixed(i, restored[i]); err != nil {
			return err
		}
	}
	return nil
}
