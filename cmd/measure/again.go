package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"crossover/internal/stat"
)

// again is what two studies of the same code say of the same situations.
type again struct {
	same    stat.Proportion // the same advice, where the first was clear or tie
	decided stat.Proportion // situations in which it was
}

// twoStudies measures the quick grid of ./bench twice.
func twoStudies(ctx context.Context, dir string, stderr io.Writer) (dirs []string, err error) {
	for _, name := range []string{"first", "second"} {
		d := filepath.Join(dir, name)
		if code := run(ctx, []string{"-o", d}, io.Discard, stderr); code != 0 {
			return nil, fmt.Errorf("self-test: the %s study ended with status %d", name, code)
		}
		dirs = append(dirs, d)
	}
	return dirs, nil
}

// compareStudies asks the report for the decisions of both.
func compareStudies(ctx context.Context, dirs []string) (*again, error) {
	var tables [2]map[string]advice
	for i, dir := range dirs {
		var err error
		if tables[i], err = decisions(ctx, dir); err != nil {
			return nil, fmt.Errorf("self-test: decisions of %s: %w", dir, err)
		}
	}
	a := &again{}
	for situation, first := range tables[0] {
		if first.sure != "clear" && first.sure != "tie" && first.sure != "cannot tell" {
			continue // with one candidate, or none, there is nothing to decide
		}
		decided := first.sure == "clear" || first.sure == "tie"
		a.decided.Add(decided)
		if decided {
			a.same.Add(tables[1][situation].use == first.use)
		}
	}
	return a, nil
}

// advice is a row of the report's table of decisions.
type advice struct{ use, sure string }

// decisions has the report write its tables and reads that of what to use.
func decisions(ctx context.Context, dir string) (map[string]advice, error) {
	out, err := os.MkdirTemp("", "crossover-report")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(out)
	if _, err := output(ctx, exec.CommandContext(ctx, "go", "run", "crossover/cmd/report", "-o", out, dir)); err != nil {
		return nil, err
	}
	page, err := os.ReadFile(filepath.Join(out, "report.md"))
	if err != nil {
		return nil, err
	}
	return parseDecisions(string(page))
}

func parseDecisions(page string) (map[string]advice, error) {
	table := map[string]advice{}
	var heads []string
	for line := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case heads == nil && slices.Contains(cells, "Situation") && slices.Contains(cells, "Use") && slices.Contains(cells, "Confidence"):
			heads = cells
		case heads == nil || strings.HasPrefix(cells[0], ":--"):
		case len(cells) != len(heads):
			return table, nil // after the table
		default:
			sure, _, _ := strings.Cut(cells[slices.Index(heads, "Confidence")], ":")
			table[cells[slices.Index(heads, "Situation")]] = advice{cells[slices.Index(heads, "Use")], sure}
		}
	}
	if len(table) == 0 {
		return nil, fmt.Errorf("report.md has no table of what to use")
	}
	return table, nil
}
