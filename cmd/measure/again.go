package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// again is what two studies of the same code say of the same situations.
type again struct {
	rounds  [2]int          // of each
	same    stat.Proportion // the same advice, where the first was clear or tie
	decided stat.Proportion // situations in which it was
	differ  []string        // where the advice was not the same, a line each
}

// addTo adds the figures of two studies to those of a self-test.
func (a *again) addTo(r *selfTestResult) {
	r.add("again", fmt.Sprintf("Two studies (%d and %d rounds) give the same advice where the first was clear or tie", a.rounds[0], a.rounds[1]), a.same,
		"≥ 99 %", func(share, lo, hi float64) bool { return share >= 0.99 })
	r.add("decided", "Situations in which the first study was clear or tie", a.decided,
		"≥ 60 %", func(share, lo, hi float64) bool { return share >= 0.6 })
	r.Differ = a.differ
}

// sameAdvice compares two studies and nothing else.
func sameAdvice(ctx context.Context, dirs []string, stdout io.Writer) error {
	if a, errA := os.Stat(dirs[0]); errA == nil {
		if b, err := os.Stat(dirs[1]); err == nil && os.SameFile(a, b) {
			return usagef("-studies: %s and %s are one study", dirs[0], dirs[1])
		}
	}
	a, err := compareStudies(ctx, dirs)
	if err != nil {
		return err
	}
	return a.tell(stdout)
}

// tell prints what two studies say; it is an error if they miss a target.
func (a *again) tell(stdout io.Writer) error {
	r := &selfTestResult{}
	a.addTo(r)
	fmt.Fprint(stdout, r.table(), r.remarks())
	return r.missed()
}

// adviceRounds is how many rounds the two studies of a full self-test have.
const adviceRounds = 32

// twoStudies measures the quick grid of ./bench twice.
func twoStudies(ctx context.Context, dir string, stderr io.Writer) (dirs []string, err error) {
	for _, name := range []string{"first", "second"} {
		d := filepath.Join(dir, name)
		if code := run(ctx, []string{"-o", d, "-rounds", strconv.Itoa(adviceRounds)}, io.Discard, stderr); code != 0 {
			return nil, fmt.Errorf("self-test: the %s study ended with status %d", name, code)
		}
		dirs = append(dirs, d)
	}
	return dirs, nil
}

// compareStudies asks the report for the decisions of both.
func compareStudies(ctx context.Context, dirs []string) (*again, error) {
	var tables [2]map[string]advice
	var rounds [2]int
	for i, dir := range dirs {
		s, err := study.Read(dir)
		if err != nil {
			return nil, err
		}
		for _, m := range s.Measured {
			rounds[i] = max(rounds[i], m.Round)
		}
		if tables[i], err = decisions(ctx, dir); err != nil {
			return nil, fmt.Errorf("decisions of %s: %w", dir, err)
		}
	}
	a := compareAdvice(tables[0], tables[1])
	a.rounds = rounds
	return a, nil
}

func compareAdvice(before, after map[string]advice) *again {
	a := &again{}
	for _, situation := range slices.Sorted(maps.Keys(before)) {
		first, second := before[situation], after[situation]
		if first.sure() != "clear" && first.sure() != "tie" && first.sure() != "cannot tell" {
			continue // with one candidate, or none, there is nothing to decide
		}
		decided := first.sure() == "clear" || first.sure() == "tie"
		a.decided.Add(decided)
		if !decided {
			continue
		}
		a.same.Add(second.Use == first.Use)
		if second.Use != first.Use {
			a.differ = append(a.differ, fmt.Sprintf("%s: %v, then %v", situation, first, second))
		}
	}
	return a
}

// advice is what a report says to use in a situation.
type advice struct {
	Pattern    string `json:"pattern"`
	Name       string `json:"name"` // of the situation
	Goal       string `json:"goal"`
	Use        string `json:"use"` // "" if nobody can be advised
	Confidence string `json:"confidence"`
}

// sure is the confidence without its figure.
func (a advice) sure() string {
	word, _, _ := strings.Cut(a.Confidence, ":")
	return word
}

func (a advice) String() string {
	if a.Use == "" {
		return "nothing (not measured)"
	}
	return fmt.Sprintf("`%s` (%s)", a.Use, a.sure())
}

// decisions has the report write its files and reads what it advises.
func decisions(ctx context.Context, dir string) (map[string]advice, error) {
	out, err := os.MkdirTemp("", "crossover-report")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(out)
	cmd := exec.CommandContext(ctx, "go", "run", "crossover/cmd/report", "-o", out, dir)
	cmd.Env = append(os.Environ(), "GOTMPDIR="+out)
	if _, err := output(ctx, cmd); err != nil {
		return nil, err
	}
	summary, err := os.ReadFile(filepath.Join(out, "summary.json"))
	if err != nil {
		return nil, err
	}
	return decodeDecisions(summary)
}

// decodeDecisions takes from a summary the advice for its first goal, by situation.
func decodeDecisions(summary []byte) (map[string]advice, error) {
	var s struct {
		Decisions []advice `json:"decisions"`
	}
	if err := json.Unmarshal(summary, &s); err != nil {
		return nil, fmt.Errorf("summary.json: %w", err)
	}
	if len(s.Decisions) == 0 {
		return nil, errors.New("summary.json says nothing of what to use")
	}
	by := map[string]advice{}
	for _, a := range s.Decisions {
		if a.Goal == s.Decisions[0].Goal {
			by[a.Pattern+": "+a.Name] = a
		}
	}
	return by, nil
}
