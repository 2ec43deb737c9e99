package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A usageError is a mistake on the command line: exit status 2.
type usageError struct{ msg string }

func (e *usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// options is the command line, checked.
type options struct {
	out       string // "" for a name made from date and machine
	grid      string
	bench     *regexp.Regexp // nil for all cases
	cpus      []int          // ascending; nil for the default list
	procs     []int          // the same
	rounds    int
	benchtime time.Duration
	seed      int64
	dryRun    bool
	pkg       string
	bin       string // "" to build pkg

	command string // as recorded in the study
}

func parseOptions(args []string) (*options, error) {
	var o options
	fs := flag.NewFlagSet("measure", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&o.out, "o", "", "")
	fs.StringVar(&o.grid, "grid", "quick", "")
	bench := fs.String("bench", "", "")
	cpus := fs.String("cpus", "", "")
	procs := fs.String("gomaxprocs", "", "")
	fs.IntVar(&o.rounds, "rounds", 10, "")
	fs.DurationVar(&o.benchtime, "benchtime", 30*time.Millisecond, "")
	fs.Int64Var(&o.seed, "seed", rand.Int64N(1<<32), "")
	fs.BoolVar(&o.dryRun, "dry-run", false, "")
	fs.StringVar(&o.pkg, "pkg", "./bench", "")
	fs.StringVar(&o.bin, "bin", "", "")
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, usagef("%v (-h prints the manual)", err)
	}
	switch {
	case fs.NArg() > 0:
		return nil, usagef("unexpected argument %q: all settings are flags (-h prints the manual)", fs.Arg(0))
	case o.grid != "quick" && o.grid != "full":
		return nil, usagef("-grid %s: there are quick and full", o.grid)
	case o.rounds < 1:
		return nil, usagef("-rounds %d: at least one is needed", o.rounds)
	case o.benchtime <= 0:
		return nil, usagef("-benchtime %v: must be more than nothing", o.benchtime)
	}
	var err error
	if *bench != "" {
		if o.bench, err = regexp.Compile(*bench); err != nil {
			return nil, usagef("-bench: %v", err)
		}
	}
	if o.cpus, err = counts(*cpus); err != nil {
		return nil, usagef("-cpus %v", err)
	}
	if o.procs, err = counts(*procs); err != nil {
		return nil, usagef("-gomaxprocs %v", err)
	}
	o.command = recordedCommand(fs)
	return &o, nil
}

// counts parses a comma-separated list, ascending; nil for an empty one.
func counts(list string) ([]int, error) {
	if list == "" {
		return nil, nil
	}
	var ns []int
	for _, field := range strings.Split(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%s: want counts such as 1,2,4", list)
		}
		ns = append(ns, n)
	}
	slices.Sort(ns)
	return slices.Compact(ns), nil
}

// recordedCommand spells the flags that were given. Of a path only the last
// element is kept: a study names no user and no machine.
func recordedCommand(fs *flag.FlagSet) string {
	words := []string{"measure"}
	fs.Visit(func(f *flag.Flag) {
		value := f.Value.String()
		if f.Name == "o" || f.Name == "bin" || filepath.IsAbs(value) {
			value = filepath.Base(value)
		}
		words = append(words, "-"+f.Name+"="+quoted(value))
	})
	return strings.Join(words, " ")
}

// quoted is s as a shell reads it back.
func quoted(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

var plainWord = regexp.MustCompile(`^[\w./,:=-]+$`)
