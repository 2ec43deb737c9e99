package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"

	"crossover/internal/study"
)

var (
	errInterrupted = errors.New("interrupted")
	errHung        = errors.New("hung")
)

// A sampler runs cells, one process at a time.
type sampler struct {
	grid  string
	spin  int      // iterations per microsecond
	cpus  []int    // usable, a process gets the first of them
	probe *probe   // nil: none
	watch *watch   // nil: none
	extra []string // more arguments
	// scratch is the folder of the samples' places; "": they have none.
	scratch string
	// patience is the least time before a process counts as hung.
	patience time.Duration
}

// A sample is what one process printed and took.
type sample struct {
	study.Sample                  // without Round and Order
	result       *benchfmt.Result // nil if Error is set
	units        []*benchfmt.UnitMetadata
}

// A sampleFunc runs a cell once; see sampler.run.
type sampleFunc func(ctx context.Context, c cell, benchtime string) (*sample, error)

// run runs c once in a fresh process. benchtime is as for go test, "100x" or
// "10ms". A sample that goes wrong is a sample with Error set. The error is
// errInterrupted when ctx ended: then there is no sample.
func (r *sampler) run(ctx context.Context, c cell, benchtime string) (*sample, error) {
	if err := c.by.unchanged(); err != nil {
		return nil, err
	}
	limit := max(r.patience, 20*c.expected())
	watched, cancel := context.WithTimeoutCause(ctx, limit, errHung)
	defer cancel()

	d, err := newDrop(r.scratch)
	if err != nil {
		return nil, fmt.Errorf("making a place for what a sample leaves: %w", err)
	}
	defer d.remove()
	cmd := c.by.command(watched, r.args(c, benchtime)...)
	cmd.Env = d.environment()
	stdout, stderr := tape{most: mostPrinted}, tape{most: mostPrinted}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 2 * time.Second // for workers that outlive it and hold its output

	s := &sample{Sample: study.Sample{
		CPUs: c.cpus, GOMAXPROCS: c.procs, Pin: c.pin, Control: c.control, Load1: loadAverage(),
	}}
	if !c.control {
		s.Case = c.Name
	}
	s.Probe, s.Core = r.probe.run(), coreProbe()
	s.Start = time.Now()
	err = runGroup(cmd, r.cpus[:c.cpus])
	s.Wall = time.Since(s.Start).Seconds()
	usage(cmd.ProcessState, &s.Beside)
	if r.watch != nil {
		seen := r.watch.look()
		s.Others, s.Stolen, s.Throttled = rounded(seen.others), rounded(seen.stolen), rounded(seen.throttled)
	}
	left := d.collect(&s.Sample)

	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	if cmd.Process == nil { // that is nothing it did, and may be so of all others
		return nil, fmt.Errorf("%s cannot be started any more: %w", c.by.name, err)
	}
	switch {
	case stdout.full || stderr.full:
		err = fmt.Errorf("it printed more than %d MiB", mostPrinted>>20)
	// What ended by itself while this process was stopped did not hang.
	case context.Cause(watched) == errHung && !(cmd.ProcessState != nil && cmd.ProcessState.Success()):
		err = fmt.Errorf("hung: killed after %v", limit)
	case errors.Is(err, exec.ErrWaitDelay):
		err = errors.New("it exited and left processes behind")
	case err == nil, errors.Is(err, context.DeadlineExceeded):
		if err = s.parse(stdout.kept, printedName(c), benchtime); err == nil {
			err = left
		}
	}
	if err != nil {
		d.remove()
		if full := hasRoom(r.scratch); full != nil { // nor could any other leave anything
			return nil, fmt.Errorf("a sample failed, and so would all others: %w", full)
		}
		s.Error = err.Error() + excerpt(stderr.String()+stdout.String())
		s.result, s.units, s.N, s.Values, s.Histogram = nil, nil, 0, nil, ""
	}
	return s, nil
}

// args are those of the protocol.
func (r *sampler) args(c cell, benchtime string) []string {
	args := []string{
		"-test.run=^$",
		"-test.bench=" + exactly(c.Name),
		"-test.benchtime=" + benchtime,
		"-test.cpu=" + strconv.Itoa(c.procs),
		"-grid=" + r.grid,
		"-spin=" + strconv.Itoa(r.spin),
	}
	if c.pin != "" {
		args = append(args, "-pin="+c.pin)
	}
	if c.nsPerOpOfCapacity > 0 {
		args = append(args, fmt.Sprintf("-capacity=%.4g", c.nsPerOpOfCapacity))
	}
	return append(args, r.extra...)
}

// rounded is d in seconds, to the microsecond: more is noise in a file.
func rounded(d time.Duration) float64 { return float64(d.Round(time.Microsecond).Microseconds()) / 1e6 }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// parse takes the one result that a process must have printed, under the name and with
// the number of operations expected, and the metadata of its units.
func (s *sample) parse(output []byte, name, benchtime string) error {
	r := benchfmt.NewReader(bytes.NewReader(output), "output")
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			if got := "Benchmark" + rec.Name.String(); got != name {
				return fmt.Errorf("it printed a result of %s", got)
			}
			if s.result != nil {
				return errors.New("it printed more than one result")
			}
			s.result = rec.Clone() // the reader reuses it
		case *benchfmt.UnitMetadata:
			if rec.Unit != study.Cost { // of which all know what it is; raw.txt would say it of everybody's
				s.units = append(s.units, rec)
			}
		case *benchfmt.SyntaxError:
			return rec
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if s.result == nil {
		return fmt.Errorf("it printed no result of %s", name)
	}
	s.N = s.result.Iters
	if asked, ok := strings.CutSuffix(benchtime, "x"); ok && strconv.Itoa(s.N) != asked || s.N < 1 {
		return fmt.Errorf("its result is of %d operations, it was asked for %s", s.N, benchtime)
	}
	s.Values = map[string]float64{}
	tidied := map[string]bool{} // ns and sec are one unit to who reads it
	for _, v := range s.result.Values {
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
			return fmt.Errorf("its result has %v %s", v.Value, v.Unit) // which no study could be read with
		}
		unit, value := v.Unit, v.Value
		if v.OrigUnit != "" {
			unit, value = v.OrigUnit, v.OrigValue
		}
		if !utf8.ValidString(unit) {
			return fmt.Errorf("its result has a unit %q, which is no text", unit)
		}
		_, read := benchunit.Tidy(value, unit)
		if tidied[read] {
			return fmt.Errorf("its result has %s twice", unit)
		}
		tidied[read] = true
		s.Values[unit] = value
	}
	switch {
	case s.Values["ns/op"]*1e-9 <= 0: // it is read as seconds
		return errors.New("its result has no ns/op")
	case float64(s.N)*s.Values["ns/op"] > float64(math.MaxInt64):
		return fmt.Errorf("its result has %v ns/op: no sample takes so long", s.Values["ns/op"])
	}
	return nil
}

// printedName is the name that go test prints: GOMAXPROCS is left out at 1.
func printedName(c cell) string {
	if c.procs == 1 {
		return c.Name
	}
	return c.Name + "-" + strconv.Itoa(c.procs)
}

// exactly is the -test.bench expression that selects one case: go test matches
// it element by element.
func exactly(name string) string {
	elements := strings.Split(name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return strings.Join(elements, "/")
}

// heading is what every benchmark binary prints, however it fares.
var heading = regexp.MustCompile(`(?m)^(Unit |(goos|goarch|pkg|cpu|cpus|pin): ).*\n?`)

// excerpt is what a person needs of a failed process's output: its last lines,
// or the first of a panic, whose last lines are only stacks. It starts with a
// line break unless there is nothing.
func excerpt(output string) string {
	const most = 12
	output = strings.TrimSpace(heading.ReplaceAllString(output, ""))
	if output == "" {
		return ""
	}
	lines := strings.Split(strings.Map(printable, output), "\n")
	for i, l := range lines {
		if runes := []rune(l); len(runes) > mostOfLine {
			lines[i] = string(runes[:mostOfLine]) + "…"
		}
	}
	isPanic := func(line string) bool {
		return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")
	}
	if i := slices.IndexFunc(lines, isPanic); i >= 0 {
		lines = lines[i:min(len(lines), i+most)]
	}
	return "\n" + strings.Join(lines[max(0, len(lines)-most):], "\n")
}

// mostOfLine is how many characters of a line are shown.
const mostOfLine = 500

// printable is r, or what stands for a character that a terminal would act on.
func printable(r rune) rune {
	if r == '\r' {
		return -1
	}
	if unicode.IsPrint(r) || r == '\n' || r == '\t' {
		return r
	}
	return unicode.ReplacementChar
}

// mostPrinted is how many bytes a sample may print.
const mostPrinted = 4 << 20

// A tape keeps what a process prints, up to a limit: then it takes no more, and the
// process finds its pipe closed. To embed the buffer would let io.Copy go past Write.
type tape struct {
	kept []byte
	most int
	full bool
}

func (t *tape) Write(p []byte) (int, error) {
	if len(t.kept)+len(p) > t.most {
		t.full = true
		return 0, errors.New("it printed too much")
	}
	t.kept = append(t.kept, p...)
	return len(p), nil
}

func (t *tape) String() string { return string(t.kept) }
