package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/study"
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
	stop      rule
	benchtime time.Duration
	spin      int // iterations of work per microsecond; 0: find it out
	seed      int64
	dryRun    bool
	pkgs      []string // packages of benchmarks
	bins      []string // their test binaries, built already; none to build them
	with      []string // commands that are entrants too
	like      string   // a study whose numbers of operations to borrow
	against   string   // another test binary of the first package, measured in the same rounds

	resume   string   // a study to go on with
	profile  string   // a case to profile instead
	selftest string   // "quick" or "full": to measure the instrument instead
	studies  []string // two whose advice to compare

	given   map[string]bool // which flags are on the command line
	args    []string        // the flags that a resumed study needs again
	command string          // as recorded in the study
}

// list is a flag that may be repeated. sep, if any, separates several in one.
type list struct {
	values *[]string
	sep    string
}

func (l list) String() string {
	if l.values == nil {
		return ""
	}
	return strings.Join(*l.values, ",")
}

func (l list) Set(s string) error {
	if l.sep == "" {
		*l.values = append(*l.values, s)
		return nil
	}
	for _, v := range strings.Split(s, l.sep) {
		if v = strings.TrimSpace(v); v == "" {
			return errors.New("an empty name")
		}
		*l.values = append(*l.values, v)
	}
	return nil
}

// percent is a flag like 3%.
type percent float64

func (p *percent) String() string { return fmt.Sprintf("%g%%", 100*float64(*p)) }

func (p *percent) Set(s string) error {
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil || !(v > 0 && v <= 1000) {
		return errors.New("want a percentage such as 3%")
	}
	*p = percent(v / 100)
	return nil
}

// mode is a flag that may stand alone.
type mode struct{ value *string }

func (m mode) String() string {
	if m.value == nil {
		return ""
	}
	return *m.value
}

func (m mode) IsBoolFlag() bool { return true }

func (m mode) Set(s string) error {
	switch s {
	case "true":
		s = "quick"
	case "quick", "full":
	default:
		return errors.New("there are -selftest and -selftest=full")
	}
	*m.value = s
	return nil
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
	fs.IntVar(&o.stop.rounds, "rounds", 0, "")
	fs.DurationVar(&o.stop.budget, "budget", 0, "")
	fs.Var((*percent)(&o.stop.until), "until", "")
	fs.DurationVar(&o.benchtime, "benchtime", 20*time.Millisecond, "")
	fs.IntVar(&o.spin, "spin", 0, "")
	fs.Int64Var(&o.seed, "seed", rand.Int64N(1<<32), "")
	fs.BoolVar(&o.dryRun, "dry-run", false, "")
	fs.Var(list{&o.pkgs, ","}, "pkg", "")
	fs.Var(list{&o.bins, ","}, "bin", "")
	fs.Var(list{&o.with, ""}, "with", "")
	fs.StringVar(&o.against, "against", "", "")
	fs.StringVar(&o.like, "like", "", "")
	fs.StringVar(&o.resume, "resume", "", "")
	fs.StringVar(&o.profile, "profile", "", "")
	fs.Var(mode{&o.selftest}, "selftest", "")
	fs.Var(list{&o.studies, ","}, "studies", "")
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, usagef("%v (-h prints the manual)", err)
	}
	if name := unset(fs); name != "" {
		return nil, usagef("-%s is given, and empty", name)
	}
	o.given = map[string]bool{}
	fs.Visit(func(f *flag.Flag) { o.given[f.Name] = true })
	if fs.NArg() > 0 {
		return nil, usagef("unexpected argument %q: all settings are flags (-h prints the manual)", fs.Arg(0))
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.out != "" {
		o.out = filepath.Clean(o.out) // what stands beside it has a longer name
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
	if len(o.pkgs) == 0 {
		o.pkgs = []string{"./bench"}
	}
	o.stop = o.stop.orDefault()
	o.command = recordedCommand(fs)
	o.args = resumableArgs(fs, o.seed)
	return &o, nil
}

// check reports a setting that makes no sense, or none with another.
func (o *options) check() error {
	switch {
	case o.grid != "quick" && o.grid != "full":
		return usagef("-grid %s: there are quick and full", o.grid)
	case o.given["rounds"] && (o.stop.rounds < 1 || o.stop.rounds > study.MostRounds):
		return usagef("-rounds %d: between 1 and %d", o.stop.rounds, study.MostRounds)
	case o.given["budget"] && o.stop.budget <= 0:
		return usagef("-budget %v: must be more than nothing", o.stop.budget)
	case len(o.bins) > 0 && len(o.bins) != max(1, len(o.pkgs)):
		return usagef("-bin names %d and -pkg %d: want the test binary of each package, in their order", len(o.bins), max(1, len(o.pkgs)))
	case len(o.studies) > 0 && len(o.studies) != 2:
		return usagef("-studies: two folders, whose advice is compared")
	case o.against != "" && (o.profile != "" || o.selftest != ""):
		return usagef("-against goes with a study, not with -profile or -selftest")
	case o.dryRun && (o.profile != "" || o.selftest != "" || len(o.studies) > 0):
		return usagef("-dry-run prints the plan of a study: it does not go with -profile, -selftest or -studies")
	case o.resume != "" && (o.profile != "" || o.selftest != "" || len(o.studies) > 0):
		return usagef("-resume goes on with a study: it does not go with -profile, -selftest or -studies")
	case o.like != "" && (o.profile != "" || o.selftest != "" || o.resume != ""):
		return usagef("-like goes with a new study, not with -profile, -selftest or -resume")
	case o.spin < 0:
		return usagef("-spin %d: iterations per microsecond, or 0 to find it out", o.spin)
	case o.benchtime <= 0 || o.benchtime > catalog.Longest:
		return usagef("-benchtime %v: more than nothing, and at most %v", o.benchtime, catalog.Longest)
	}
	if o.resume != "" {
		for _, name := range slices.Sorted(maps.Keys(o.given)) {
			if !slices.Contains([]string{"resume", "pkg", "bin", "with"}, name) {
				return usagef("-%s does not go with -resume: a study is gone on with as it was begun; only -pkg, -bin and -with do", name)
			}
		}
	}
	if o.selftest != "" {
		for _, name := range []string{"bench", "pkg", "with"} {
			if o.given[name] {
				return usagef("-%s does not go with -selftest, which measures all of %s", name, selfTestPackage)
			}
		}
		if len(o.bins) > 0 && o.selftest == "full" {
			return usagef("-bin does not go with -selftest=full, which builds what it measures")
		}
	}
	return nil
}

// unset is a flag that names something and was given without a name, as from a variable
// of a shell that is not set; "" if there is none.
func unset(fs *flag.FlagSet) (name string) {
	names := []string{"o", "bench", "against", "like", "resume", "profile"}
	fs.Visit(func(f *flag.Flag) {
		if slices.Contains(names, f.Name) && f.Value.String() == "" {
			name = f.Name
		}
	})
	return name
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
	for _, a := range recorded(fs) {
		words = append(words, "-"+a.name+"="+quoted(a.value))
	}
	return strings.Join(words, " ")
}

// resumableArgs are the flags that a study has to be gone on with.
func resumableArgs(fs *flag.FlagSet, seed int64) (args []string) {
	for _, a := range recorded(fs) {
		if !slices.Contains([]string{"o", "seed", "dry-run", "resume", "like"}, a.name) {
			args = append(args, "-"+a.name+"="+a.value)
		}
	}
	return append(args, fmt.Sprintf("-seed=%d", seed))
}

type arg struct{ name, value string }

func recorded(fs *flag.FlagSet) (args []arg) {
	fs.Visit(func(f *flag.Flag) {
		values := []string{f.Value.String()}
		if l, ok := f.Value.(list); ok {
			values = *l.values
		}
		for _, v := range values {
			switch f.Name {
			case "o", "bin", "against", "resume", "like":
				v = filepath.Base(v)
			case "with":
				if ws, err := words(v); err == nil {
					for i := range ws {
						ws[i] = quoted(withoutFolders(ws[i]))
					}
					v = strings.Join(ws, " ")
				}
			case "pkg", "studies":
				v = withoutFolders(v)
			}
			args = append(args, arg{f.Name, v})
		}
	})
	return args
}
