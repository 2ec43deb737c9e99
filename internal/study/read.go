package study

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/catalog"
	"crossover/internal/parallel"
)

// Study is a study read back from its folder.
type Study struct {
	Dir     string
	Machine Machine
	Catalog *catalog.Catalog
	// Measured are the samples that went well, in order of run.
	Measured []Measured
	Control  []Sample                 // of the fixed spin, in order of run, failed ones left out
	Failed   []Sample                 // with Error set, the control's included
	Units    benchfmt.UnitMetadataMap // which way each unit is better
	// Warnings say what the reader left out and why, each a sentence for a person.
	Warnings []string
}

// Controls are the times of the fixed spin, in nanoseconds and in order of run.
func (s *Study) Controls() (all []float64) {
	for _, x := range s.Control {
		if v := x.Values["ns/op"]; v > 0 {
			all = append(all, v)
		}
	}
	return all
}

// IsFolder reports whether path is a folder: a study, where a file would be anybody's
// benchmark output.
func IsFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Measured is one sample of a case or floor of the catalog with its line of raw.txt.
type Measured struct {
	Sample
	Line int // in raw.txt
	// Values as benchfmt tidies them: seconds, not nanoseconds.
	Tidied []benchfmt.Value
}

// Read reads the study in dir and checks that its files tell the same story: each
// line of raw.txt is of a case or floor in catalog.json and has its record, in order, in
// samples.jsonl. What a killed writer leaves behind, a torn last line or one sample
// without its record, is left out with a warning. Anything else is an error that
// names file and line; there may be several, joined.
func Read(dir string) (*Study, error) {
	s := &Study{Dir: dir}
	switch err := readJSON(filepath.Join(dir, MachineFile), &s.Machine); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s holds no study: name a folder that measure wrote, or files of results (%w)", dir, err)
	case err != nil:
		return nil, err
	}
	if s.Machine.CPUs < 1 {
		return nil, fmt.Errorf("%s: no number of CPUs: it is not what measure wrote, restore it", filepath.Join(dir, MachineFile))
	}
	if err := s.readCatalog(); err != nil {
		return nil, err
	}
	records, err := s.readSamples()
	if err != nil {
		return nil, err
	}
	if err := s.readRaw(records); err != nil {
		return nil, err
	}
	if len(s.Measured) == 0 {
		return nil, fmt.Errorf("%s: no samples: measuring ended before the first one was taken", filepath.Join(dir, RawFile))
	}
	s.checkRounds()
	return s, nil
}

// checkRounds warns where a study that is complete lacks samples: each cell has one of each
// round, unless it failed and was given up.
func (s *Study) checkRounds() {
	if !s.Machine.Complete {
		return
	}
	failed := map[cell]bool{}
	for _, x := range s.Failed {
		failed[cellOf(x)] = true
	}
	rounds := map[cell]int{}
	for _, m := range s.Measured {
		if m.Round <= s.Machine.Rounds {
			rounds[cellOf(m.Sample)]++
		}
	}
	short, example := 0, ""
	for _, m := range s.Measured {
		c := cellOf(m.Sample)
		if n, ok := rounds[c]; ok && n < s.Machine.Rounds && !failed[c] {
			if short++; short == 1 {
				example = fmt.Sprintf("%v has %d", c, n)
			}
			delete(rounds, c) // told
		}
	}
	if short > 0 {
		s.warn("Of the %d rounds of a study that is complete samples are missing, in %d of its cells: %s. Its files were changed.", s.Machine.Rounds, short, example)
	}
}

// ReadFile reads a file that has an end. It is an error if that is something else: of a pipe
// nobody might ever read the end.
func ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file", path)
	}
	return os.ReadFile(path)
}

// readJSON decodes a file of JSON; errors name file and line.
func readJSON(path string, v any) error {
	data, err := ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading study: %w", err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return located(path, data, err)
	}
	return nil
}

func (s *Study) readCatalog() error {
	path := filepath.Join(s.Dir, CatalogFile)
	data, err := ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading study: %w", err)
	}
	if s.Catalog, err = catalog.Decode(bytes.NewReader(data)); err != nil {
		return located(path, data, err)
	}
	return nil
}

// located puts file and, if err knows where in data it is, line before err.
func located(path string, data []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		offset = int64(len(data))
	}
	if offset < 0 {
		return fmt.Errorf("%s: %w", path, err)
	}
	line := 1 + bytes.Count(data[:min(offset, int64(len(data)))], []byte("\n"))
	return fmt.Errorf("%s:%d: %w", path, line, err)
}

// record is a line of samples.jsonl.
type record struct {
	Sample
	line int
}

// readSamples sets Control and Failed and returns the records that raw.txt must
// have a line for.
func (s *Study) readSamples() ([]record, error) {
	path := filepath.Join(s.Dir, SamplesFile)
	data, err := s.readWhole(path)
	if err != nil {
		return nil, err
	}
	var records []record
	controls := map[int]int{} // line, by round
	var problems problems
	for _, r := range decode(data) {
		if r.err != nil {
			problems.add("%s:%d: %w", path, r.line, r.err)
			continue
		}
		if r.Round < 0 || r.Round == 0 && r.Error == "" || r.Round > MostRounds {
			problems.add("%s:%d: round %d: they are counted from 1, and there are at most %d", path, r.line, r.Round, MostRounds)
			continue
		}
		switch {
		case r.Error != "":
			s.Failed = append(s.Failed, r.Sample)
		case r.Control:
			if first, ok := controls[r.Round]; ok {
				problems.add("%s:%d: a second control in round %d, the first is in line %d", path, r.line, r.Round, first)
				continue
			}
			controls[r.Round] = r.line
			s.Control = append(s.Control, r.Sample)
		default:
			records = append(records, r.record)
		}
	}
	return records, problems.err()
}

// decoded is a line of samples.jsonl, or why it is none.
type decoded struct {
	record
	text []byte
	err  error
}

// decode reads all lines on all CPUs: it is most of reading a study.
func decode(data []byte) []decoded {
	var all []decoded
	for text := range bytes.Lines(data) {
		all = append(all, decoded{record: record{line: len(all) + 1}, text: text})
	}
	parallel.Parts(all, func(part []decoded) {
		for i := range part {
			part[i].err = json.Unmarshal(part[i].text, &part[i].Sample)
		}
	})
	return all
}

// readWhole reads a file that is written line by line, without a torn last line.
func (s *Study) readWhole(path string) ([]byte, error) {
	data, err := ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading study: %w", err)
	}
	whole := bytes.LastIndexByte(data, '\n') + 1
	if whole < len(data) {
		s.warn("%s:%d is torn and left out: writing ended in the middle of it",
			filepath.Base(path), 1+bytes.Count(data[:whole], []byte("\n")))
	}
	return data[:whole], nil
}

func (s *Study) warn(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

// readRaw sets Measured.
func (s *Study) readRaw(records []record) error {
	path := filepath.Join(s.Dir, RawFile)
	data, err := s.readWhole(path)
	if err != nil {
		return err
	}
	cases := s.caseNames()
	type turn struct {
		cell
		round int
	}
	seen := map[turn]int{} // line in raw.txt
	var problems problems
	reader := benchfmt.NewReader(bytes.NewReader(data), path)
	n := 0 // results
	last := 0
	negative, example := 0, "" // samples with values left out
	for reader.Scan() {
		switch r := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			problems.add("%w", r)
		case *benchfmt.UnitMetadata: // of which all know which way it is better
			if r.Unit == Cost && !(r.Key == "better" && r.Value == "lower") {
				_, line := r.Pos()
				problems.add("%s:%d: Unit %s %s=%s: that line is nobody's who measured it, remove it", path, line, r.OrigUnit, r.Key, r.Value)
			}
		case *benchfmt.Result:
			n++
			m, err := measured(r, cases)
			last = m.Line
			switch {
			case err != nil:
				problems.add("%s:%d: %w", path, m.Line, err)
				continue
			case n > len(records):
				continue // counted below
			}
			of := records[n-1]
			if err := m.checkIsOf(of, r.Iters); err != nil {
				problems.add("%s:%d: %w: the two files are not of one run", path, m.Line, err)
				return problems.err() // whatever follows is shifted too
			}
			m.Sample = of.Sample
			once := turn{cellOf(m.Sample), m.Round}
			if first, ok := seen[once]; ok {
				problems.add("%s:%d: a second sample of %v in round %d, the first is in line %d",
					path, m.Line, once.cell, m.Round, first)
				continue
			}
			seen[once] = m.Line
			if v, ok := m.dropNegative(); ok {
				if negative++; negative == 1 {
					example = fmt.Sprintf("%s:%d has %v %s", RawFile, m.Line, v.Value, v.Unit)
				}
			}
			s.Measured = append(s.Measured, m)
		}
	}
	if err := reader.Err(); err != nil {
		problems.add("%w", err)
	}
	s.Units = reader.Units()
	if len(problems.errs) > 0 {
		return problems.err()
	}
	if negative > 0 {
		s.warn("%s, less than nothing. Such values are left out, of samples: %d.", example, negative)
	}
	return s.checkEnd(path, n, last, records)
}

// caseNames are what a study may have samples of.
func (s *Study) caseNames() map[string]bool {
	cases := map[string]bool{}
	for _, p := range s.Catalog.Patterns {
		for _, c := range p.Cases {
			cases[c.Name] = true
		}
		for _, f := range p.Floors {
			cases[f.Name] = true
		}
	}
	return cases
}

// checkIsOf reports what a sample has that its record has not.
func (m *Measured) checkIsOf(of record, iters int) error {
	if cellOf(m.Sample) != cellOf(of.Sample) {
		return fmt.Errorf("%v is not the sample that %s:%d records (%v)", cellOf(m.Sample), SamplesFile, of.line, cellOf(of.Sample))
	}
	if is, was, ok := m.otherwise(of.Sample, iters); ok {
		return fmt.Errorf("%s, and %s:%d records %s", is, SamplesFile, of.line, was)
	}
	return nil
}

// checkEnd compares how many samples there are with how many records. The last of n
// stands in line last.
func (s *Study) checkEnd(path string, n, last int, records []record) error {
	switch extra := n - len(records); {
	case extra > 1:
		return fmt.Errorf("%s:%d: the last %d samples have no record in %s: it was cut, restore it", path, last, extra, SamplesFile)
	case extra == 1:
		s.warn("%s:%d has no record in %s and is left out: the study was cut off there", RawFile, last, SamplesFile)
	case extra < 0:
		return fmt.Errorf("%s:%d: ends here, but %s has %d more samples from its line %d on: the file was cut, restore it",
			path, last, SamplesFile, -extra, records[n].line)
	}
	return nil
}

// measured takes a line of raw.txt apart and checks its values.
func measured(r *benchfmt.Result, cases map[string]bool) (Measured, error) {
	m := Measured{Tidied: tidied(r)}
	_, m.Line = r.Pos()
	m.Case, m.GOMAXPROCS = splitName(r.Name)
	m.Pin = r.GetConfig("pin")
	if !cases[m.Case] {
		return m, fmt.Errorf("%s has no case %s: the files are not of one study", CatalogFile, m.Case)
	}
	cpus, err := strconv.Atoi(r.GetConfig("cpus"))
	if err != nil || cpus < 1 {
		return m, fmt.Errorf("%s: the line cpus: %s before it is no number of CPUs", m.Case, r.GetConfig("cpus"))
	}
	m.CPUs = cpus
	if m.GOMAXPROCS < 1 {
		return m, fmt.Errorf("%s: the -%d after its name is no GOMAXPROCS", m.Case, m.GOMAXPROCS)
	}
	timed := false
	for _, v := range m.Tidied {
		timed = timed || v.Unit == Cost
		switch {
		case math.IsNaN(v.Value) || math.IsInf(v.Value, 0):
			return m, fmt.Errorf("%s: %s is %v: samples are finite", m.Case, v.OrigUnit, v.OrigValue)
		case v.Value <= 0 && v.Unit == Cost:
			return m, fmt.Errorf("%s: %s is %v: nothing costs that little", m.Case, v.OrigUnit, v.OrigValue)
		}
	}
	if !timed {
		return m, fmt.Errorf("%s: no ns/op", m.Case)
	}
	return m, nil
}

func tidied(r *benchfmt.Result) []benchfmt.Value {
	values := r.Clone().Values
	for i, v := range values {
		values[i] = Tidy(v)
	}
	return values
}

// otherwise returns something, as it was printed, of which the record of the sample says
// something else.
func (m *Measured) otherwise(record Sample, n int) (is, was string, ok bool) {
	if record.N != n {
		return fmt.Sprintf("%d operations", n), strconv.Itoa(record.N), true
	}
	printed := map[string]bool{}
	for _, v := range m.Tidied {
		is, was := fmt.Sprintf("%v %s", v.OrigValue, v.OrigUnit), record.Values[v.OrigUnit]
		switch _, recorded := record.Values[v.OrigUnit]; {
		case !recorded:
			return is, "none", true
		case printed[v.OrigUnit]:
			return is + " too", "one", true
		case math.Abs(v.OrigValue-was) > 1e-6*math.Abs(was):
			return is, fmt.Sprint(was), true
		}
		printed[v.OrigUnit] = true
	}
	for unit, was := range record.Values {
		if !printed[unit] {
			return "no " + unit, fmt.Sprint(was), true
		}
	}
	return "", "", false
}

// dropNegative takes out values below zero and returns one of them as it was printed. They
// say that a benchmark counts wrongly, which is no reason to refuse what else it measured.
func (m *Measured) dropNegative() (v benchfmt.Value, ok bool) {
	m.Tidied = slices.DeleteFunc(m.Tidied, func(t benchfmt.Value) bool {
		if t.Value >= 0 {
			return false
		}
		v, ok = benchfmt.Value{Value: t.OrigValue, Unit: t.OrigUnit}, true
		return true
	})
	return v, ok
}

// Cost is the unit that every sample has, as tidied: ns/op in raw.txt.
const Cost = "sec/op"

// splitName returns a case's name as the catalog has it, and GOMAXPROCS, which go
// test appends to the name unless it is 1.
func splitName(name benchfmt.Name) (string, int) {
	full := "Benchmark" + name.String()
	_, parts := name.Parts()
	if len(parts) == 0 || parts[len(parts)-1][0] != '-' {
		return full, 1
	}
	suffix := string(parts[len(parts)-1])
	procs, err := strconv.Atoi(suffix[1:])
	if err != nil { // more digits than an int has
		return full, 1
	}
	return full[:len(full)-len(suffix)], procs
}

// cell is what a round has one sample of.
type cell struct {
	name        string
	cpus, procs int
	pin         string
}

func cellOf(s Sample) cell { return cell{s.Case, s.CPUs, s.GOMAXPROCS, s.Pin} }

func (c cell) String() string {
	s := fmt.Sprintf("%s cpus=%d GOMAXPROCS=%d", c.name, c.cpus, c.procs)
	if c.pin != "" {
		s += " pin=" + c.pin
	}
	return s
}

// problems collects errors so that a reader can mend a file in one go.
type problems struct{ errs []error }

const mostProblems = 10

func (p *problems) add(format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf(format, args...))
}

// err joins the first few; nil if there are none.
func (p *problems) err() error {
	if rest := len(p.errs) - mostProblems; rest > 0 {
		return errors.Join(append(p.errs[:mostProblems:mostProblems], fmt.Errorf("and %d more", rest))...)
	}
	return errors.Join(p.errs...)
}
