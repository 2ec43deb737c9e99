package study

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/perf/benchfmt"
)

// Begun is a study that can be gone on with.
type Begun struct {
	Machine Machine
	Plan    Plan
	Fixed   []Fixed
	Samples []Sample // in order of run
	// Dropped is how many samples are cut off because one of the two files has them and
	// the other has not, but for the one that was being written: none unless the machine
	// itself went down, or somebody cut a file.
	Dropped int
}

// Resume opens the study in dir to append to it. What a writer that was killed left
// half done is cut off, in both sample files at the same sample, by the first thing that
// is written: who looks and goes away has changed nothing. It is an error if the study
// never came to a plan, if another process is writing it (ErrBusy), or if its files are
// not of one run.
func Resume(dir string) (*Writer, *Begun, error) {
	w := &Writer{dir: dir, units: map[benchfmt.UnitMetadataKey]bool{}}
	b := &Begun{}
	if err := w.resume(b); err != nil {
		w.closeAny()
		if errors.Is(err, errNoPlan) {
			err = fmt.Errorf("%s: %w", dir, err)
		}
		return nil, nil, fmt.Errorf("going on with study: %w", err)
	}
	return w, b, nil
}

// closeAny closes what is open so far.
func (w *Writer) closeAny() {
	for _, j := range []*journal{w.raw, w.samples, w.plan} {
		if j != nil {
			j.f.Close()
		}
	}
}

func (w *Writer) resume(b *Begun) (err error) {
	if err := readJSON(filepath.Join(w.dir, MachineFile), &b.Machine); err != nil {
		return err
	}
	if err := w.reopen(); err != nil {
		return err
	}
	if err := w.resumePlan(b); err != nil {
		return err
	}
	return w.resumeSamples(b)
}

// reopen opens the files of lines, locked.
func (w *Writer) reopen() error {
	for _, of := range []struct {
		j    **journal
		name string
	}{{&w.raw, RawFile}, {&w.samples, SamplesFile}, {&w.plan, PlanFile}} {
		f, err := os.OpenFile(filepath.Join(w.dir, of.name), os.O_RDWR, 0)
		if of.name == PlanFile && errors.Is(err, fs.ErrNotExist) {
			return errNoPlan
		}
		if err != nil {
			return err
		}
		*of.j = &journal{f: f}
		if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
			return cmp.Or(err, fmt.Errorf("%s is no file", f.Name()))
		}
		if err := lock(f); err != nil {
			return err
		}
	}
	w.bench = benchfmt.NewWriter(w.raw)
	return nil
}

var errNoPlan = errors.New("it ended before its plan was written (or is older than plans are), and there is nothing to go on with: remove it, or start one elsewhere")

// lines calls take with each whole line of the journal, which goes on after the last.
func (j *journal) lines(take func(n int, line []byte) error) error {
	data, err := ReadFile(j.f.Name())
	if err != nil {
		return err
	}
	return wholeLines(j.f.Name(), data, func(n int, line []byte) error {
		err := take(n, line)
		j.size += int64(len(line))
		return err
	})
}

// wholeLines calls take with each line of a file, from 1, but a torn one.
func wholeLines(path string, data []byte, take func(n int, line []byte) error) error {
	n := 0
	for line := range bytes.Lines(data) {
		if line[len(line)-1] != '\n' {
			break
		}
		n++
		if err := take(n, line); err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
	}
	return nil
}

func (w *Writer) resumePlan(b *Begun) error {
	if err := w.plan.lines(b.takePlan); err != nil {
		return err
	}
	return b.checkPlan()
}

// takePlan takes the n-th line of plan.jsonl.
func (b *Begun) takePlan(n int, line []byte) error {
	if n == 1 {
		return json.Unmarshal(line, &b.Plan)
	}
	var f Fixed
	err := json.Unmarshal(line, &f)
	b.Fixed = append(b.Fixed, f)
	return err
}

func (b *Begun) checkPlan() error {
	switch b.Plan.Version {
	case PlanVersion:
		return nil
	case 0:
		return errNoPlan
	}
	return fmt.Errorf("%s: version %d, this program knows version %d", PlanFile, b.Plan.Version, PlanVersion)
}

// ReadFixed returns the numbers of operations that the study in dir was measured with, in
// the order in which they were found: of several for one cell the last counts. A torn last
// line is left out.
func ReadFixed(dir string) ([]Fixed, error) {
	path := filepath.Join(dir, PlanFile)
	data, err := ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading numbers of operations: %w", err)
	}
	var b Begun
	if err := wholeLines(path, data, b.takePlan); err != nil {
		return nil, fmt.Errorf("reading numbers of operations: %w", err)
	}
	if err := b.checkPlan(); err != nil {
		return nil, fmt.Errorf("reading numbers of operations: %s: %w", dir, err)
	}
	return b.Fixed, nil
}

// resumeSamples finds the last sample that both files have whole: after it both go on.
func (w *Writer) resumeSamples(b *Begun) error {
	printed, err := w.printed()
	if err != nil {
		return err
	}
	results := 0
	keep := int64(0) // of samples.jsonl
	if err := w.samples.lines(func(_ int, line []byte) error {
		var s Sample
		if err := json.Unmarshal(line, &s); err != nil {
			return err
		}
		if s.Error == "" && !s.Control {
			results++
		}
		if results > len(printed) {
			b.Dropped++
			return nil
		}
		if s.Error == "" && !s.Control {
			if err := printed[results-1].checkIs(s); err != nil {
				return err
			}
		}
		keep += int64(len(line))
		b.Samples = append(b.Samples, s)
		return nil
	}); err != nil {
		return err
	}
	if more := len(printed) - results; more > 1 {
		b.Dropped += more
	}
	results = min(results, len(printed))
	w.samples.size, w.raw.size = keep, 0
	if results > 0 {
		w.raw.size = printed[results-1].end
	}
	return w.recall()
}

// printedResult is where a result stands in raw.txt.
type printedResult struct {
	cell
	line int
	end  int64 // after its line
	n    int   // operations
	Measured
}

// checkIs reports what the record of a result has that it has not.
func (p *printedResult) checkIs(s Sample) error {
	if p.cell != cellOf(s) {
		return fmt.Errorf("%v is not the sample in %s:%d (%v): the two files are not of one run", cellOf(s), RawFile, p.line, p.cell)
	}
	if is, was, ok := p.otherwise(s, p.n); ok {
		return fmt.Errorf("it records %s, and %s:%d has %s: the two files are not of one run", was, RawFile, p.line, is)
	}
	return nil
}

// printed are the results in raw.txt.
func (w *Writer) printed() (all []printedResult, err error) {
	var ends []int64 // of lines
	var whole []byte
	if err := w.raw.lines(func(_ int, line []byte) error {
		whole = append(whole, line...)
		ends = append(ends, int64(len(whole)))
		return nil
	}); err != nil {
		return nil, err
	}
	r := benchfmt.NewReader(bytes.NewReader(whole), w.raw.f.Name())
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			p := printedResult{n: rec.Iters, Measured: Measured{Tidied: tidied(rec)}}
			_, p.line = rec.Pos()
			p.end = ends[p.line-1]
			p.name, p.procs = splitName(rec.Name)
			p.pin = rec.GetConfig("pin")
			p.cpus, _ = strconv.Atoi(rec.GetConfig("cpus"))
			all = append(all, p)
		case *benchfmt.SyntaxError:
			return nil, rec
		}
	}
	return all, r.Err()
}

// recall brings the benchfmt writer to where it was: it writes only what changes.
func (w *Writer) recall() error {
	w.raw.muted = true
	defer func() { w.raw.muted = false }()
	data, err := ReadFile(w.raw.f.Name())
	if err != nil {
		return err
	}
	r := benchfmt.NewReader(bytes.NewReader(data[:w.raw.size]), w.raw.f.Name())
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			err = w.bench.Write(rec)
			w.cpu = cmp.Or(w.cpu, rec.GetConfig("cpu"))
		case *benchfmt.UnitMetadata:
			w.units[rec.UnitMetadataKey] = true
		}
		if err != nil {
			return err
		}
	}
	return r.Err()
}
