package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// selfTestResult is what a self-test says about the instrument, for people and
// programs.
type selfTestResult struct{ study.SelfTest }

func (r *selfTestResult) add(id, what string, p stat.Proportion, target string, met func(share, lo, hi float64) bool) {
	f := study.SelfTestShare{ID: id, What: what, K: p.K, N: p.N, Target: target}
	f.Lo, f.Hi = p.Interval(0.95)
	if met != nil {
		ok := p.N > 0 && met(p.Share(), f.Lo, f.Hi)
		f.Met = &ok
	}
	r.Figures = append(r.Figures, f)
}

// missed is an error if a figure misses its target.
func (r *selfTestResult) missed() error {
	if _, missed := r.Targets(); missed > 0 {
		return fmt.Errorf("%d of %d figures miss their target", missed, len(r.Figures))
	}
	return nil
}

// table is the figures as Markdown.
func (r *selfTestResult) table() string {
	var b strings.Builder
	fmt.Fprintln(&b, "| Figure | Found | 95 % interval | n | Target | |")
	fmt.Fprintln(&b, "|:--|--:|:--|--:|:--|:--|")
	for _, f := range r.Figures {
		met := ""
		if f.Met != nil {
			met = map[bool]string{true: "met", false: "**missed**"}[*f.Met]
		}
		if f.N == 0 {
			met = "not measured"
		}
		fmt.Fprintf(&b, "| %s | %.2f %% | %.2f–%.2f %% | %d | %s | %s |\n",
			f.What, 100*f.Share(), 100*f.Lo, 100*f.Hi, f.N, f.Target, met)
	}
	return b.String()
}

// remarks are what stands below the table: where two studies gave other advice, and the
// alarms on quiet studies; "" if there is nothing.
func (r *selfTestResult) remarks() string {
	var b strings.Builder
	for _, line := range append(slices.Clone(r.Differ), r.QuietAlarms...) {
		fmt.Fprintf(&b, "\n- %s", line)
	}
	if b.Len() > 0 {
		b.WriteString("\n\n")
	}
	return b.String()
}

// page is the whole result as Markdown.
func (r *selfTestResult) page() string {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, "# Self-test of the instrument\n\n")
	fmt.Fprintf(&b, "%s, %d CPUs, %s/%s %s, %s, commit %.12s; %s, took %v. The rule it certifies: %s.\n\n",
		m.CPU, m.CPUs, m.OS, m.Arch, m.Kernel, m.Go, m.Commit, m.Start.Format("2006-01-02"), m.End.Sub(m.Start).Round(time.Second), r.Rule)
	for _, w := range m.Warnings {
		fmt.Fprintf(&b, "- %s\n", w)
	}
	fmt.Fprintf(&b, "\n%s%s\n", r.table(), r.remarks())
	fmt.Fprint(&b, `Entrants that are the same code under many names, and the same with 2, 5 and 10 % more work (internal/selftest: spinning, a channel
handed to and fro, a mutex fought over), are measured in the same shuffled rounds, each sample a fresh process. A pair is two entrants of the same
code over one stretch of rounds, as long as the rule would measure; no sample is in two pairs. Intervals are Clopper–Pearson. A quiet study is ten
consecutive rounds of the long run in which other guests of the host took 1 % of the CPUs' time at most (/proc/stat, steal) and work that fills a
core took 25 % longer at most in some rounds than in others; where there was more of either, an alarm is right. One with a hog has another program
spin on one CPU in five of its ten rounds.

`)
	fmt.Fprintln(&b, "## How small a slowdown is found")
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, "| Slower by | Rounds | Measuring a pair | Found, subsampled | Found, disjoint stretches | 95 % interval |")
	fmt.Fprintln(&b, "|--:|--:|--:|--:|--:|:--|")
	for _, p := range r.Power {
		fmt.Fprintf(&b, "| %d %% | %d | %.1f s | %.0f %% of %d | %d of %d | %.0f–%.0f %% |\n",
			p.Percent, p.Rounds, p.Seconds, 100*p.Found, p.Subsamples, p.DisjointFound, p.Disjoint, 100*p.Lo, 100*p.Hi)
	}
	return b.String()
}

// write leaves both forms in dir.
func (r *selfTestResult) write(dir string) error {
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return study.ReplaceFiles([]study.File{
		{Path: filepath.Join(dir, study.SelfTestFile), Data: append(data, '\n')},
		{Path: filepath.Join(dir, study.SelfTestPage), Data: []byte(r.page())},
	})
}
