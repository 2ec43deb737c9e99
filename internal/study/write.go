package study

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/parallel"
)

var files = [...]string{RawFile, SamplesFile, CatalogFile, MachineFile, PlanFile}

// ErrExists is wrapped by Vacant and Create when the folder holds a study.
var ErrExists = errors.New("already holds a study")

// ErrBusy is wrapped when another process is writing the study.
var ErrBusy = errors.New("another process is writing to it")

// Vacant returns an error that wraps ErrExists if dir holds any file of a study.
// The folder itself need not exist.
func Vacant(dir string) error {
	for _, name := range files {
		_, err := os.Lstat(filepath.Join(dir, name))
		if err == nil {
			return fmt.Errorf("%s %w (%s)", dir, ErrExists, name)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("looking for a study: %w", err)
		}
	}
	return nil
}

// A Writer adds samples to a study. It holds nothing back: when Append returns
// nil the sample is with the kernel, and killing the process cannot lose it.
type Writer struct {
	dir     string
	made    bool // the folder was not there
	raw     *journal
	samples *journal
	plan    *journal // nil until there is one
	bench   *benchfmt.Writer
	units   map[benchfmt.UnitMetadataKey]bool // already in raw.txt
	// cpu is what raw.txt calls the CPU: the first name that a result has for it. The kernel
	// can have another one than the CPU itself, and programs that print either ran on the
	// same: benchstat would set them apart. A result without one stays so.
	cpu string
}

// Create starts a study in dir, making the folder if need be. catalog is kept
// byte for byte. Nothing is overwritten: the error wraps ErrExists if dir holds
// a study.
func Create(dir string, m Machine, catalog []byte) (*Writer, error) {
	if err := Vacant(dir); err != nil {
		return nil, err
	}
	_, err := os.Stat(dir)
	w := &Writer{dir: dir, made: errors.Is(err, fs.ErrNotExist), units: map[benchfmt.UnitMetadataKey]bool{}}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("starting study: %w", err)
	}
	w.raw, err = newJournal(filepath.Join(dir, RawFile)) // who makes it has the folder
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("%s %w (%s)", dir, ErrExists, RawFile)
	case err != nil:
		if w.made {
			os.Remove(dir) // if nobody has put anything there
		}
		return nil, fmt.Errorf("starting study: %w", err)
	}
	w.bench = benchfmt.NewWriter(w.raw)
	w.samples, err = newJournal(filepath.Join(dir, SamplesFile))
	if err == nil {
		err = w.SetCatalog(catalog)
	}
	if err == nil {
		err = w.SetMachine(m)
	}
	if err != nil {
		w.Abandon()
		return nil, fmt.Errorf("starting study: %w", err)
	}
	return w, nil
}

// Abandon removes a study that has no samples and will have none, so that the same name can
// be tried again.
func (w *Writer) Abandon() {
	w.closeAny()
	for _, name := range files {
		os.Remove(filepath.Join(w.dir, name))
	}
	if w.made {
		os.Remove(w.dir)
	}
}

// SetCatalog replaces catalog.json: a reader sees the old or the new one, whole.
func (w *Writer) SetCatalog(catalog []byte) error {
	return ReplaceFile(filepath.Join(w.dir, CatalogFile), catalog)
}

// SetMachine replaces machine.json: a reader sees the old or the new one, whole.
func (w *Writer) SetMachine(m Machine) error {
	data, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return fmt.Errorf("encoding %s: %w", MachineFile, err)
	}
	return ReplaceFile(filepath.Join(w.dir, MachineFile), append(data, '\n'))
}

// SetPlan writes down what is to be run, once, so that the study can be gone on with.
func (w *Writer) SetPlan(p Plan) (err error) {
	if w.plan, err = newJournal(filepath.Join(w.dir, PlanFile)); err != nil {
		return err
	}
	return w.plan.append(p)
}

// Fix adds what was found for one cell to the plan.
func (w *Writer) Fix(f Fixed) error { return w.plan.append(f) }

// Append adds one sample: its record to samples.jsonl and, unless result is nil,
// its benchmark line to raw.txt, with the units that raw.txt does not have yet.
// After an error the study ends with the sample before.
func (w *Writer) Append(s Sample, result *benchfmt.Result, units []*benchfmt.UnitMetadata) error {
	// Both at once: else a record that is to go could be taken for that of the line that comes.
	if err := cmp.Or(w.raw.settle(), w.samples.settle()); err != nil {
		return err
	}
	before := w.raw.size
	if result != nil {
		if err := w.appendRaw(s, result, units); err != nil {
			w.raw.truncate(before)
			return err
		}
	}
	// Last, so that a record in samples.jsonl means that raw.txt has its line.
	if err := w.samples.append(s); err != nil {
		w.raw.truncate(before)
		return err
	}
	return nil
}

func (w *Writer) appendRaw(s Sample, result *benchfmt.Result, units []*benchfmt.UnitMetadata) error {
	for _, u := range units {
		if w.units[u.UnitMetadataKey] {
			continue
		}
		if err := w.bench.Write(u); err != nil {
			return err
		}
		w.units[u.UnitMetadataKey] = true
	}
	cpu := strings.TrimSpace(result.GetConfig("cpu")) // a CPU pads its name
	if cpu != "" {
		w.cpu = cmp.Or(w.cpu, cpu)
		cpu = w.cpu
	}
	return w.bench.Write(&benchfmt.Result{
		Config: configuration(s, result, cpu),
		Name:   result.Name,
		Iters:  result.Iters,
		Values: result.Values,
	})
}

// configuration is what raw.txt says of a sample: go test's own keys and what
// must never be pooled. Anything else would have benchstat put each sample in a
// table of its own.
func configuration(s Sample, result *benchfmt.Result, cpu string) []benchfmt.Config {
	var config []benchfmt.Config
	set := func(key, value string) {
		if value != "" {
			config = append(config, benchfmt.Config{Key: key, Value: []byte(value), File: true})
		}
	}
	for _, key := range []string{"goos", "goarch", "pkg"} {
		set(key, result.GetConfig(key))
	}
	set("cpu", cpu)
	set("cpus", strconv.Itoa(s.CPUs))
	set("pin", s.Pin)
	return config
}

// ErrGone is wrapped by Sync when the study is no longer where it was.
var ErrGone = errors.New("was removed or replaced while it was written: what was measured is lost")

// Sync makes sure that all samples and the plan are on disk, should the machine go down,
// and can be found there. Of several errors, here and in Close, the first says what happened.
func (w *Writer) Sync() error {
	err := cmp.Or(w.raw.sync(), w.samples.sync())
	if w.plan != nil {
		err = cmp.Or(err, w.plan.sync())
	}
	return err
}

func (j *journal) sync() error {
	if err := j.f.Sync(); err != nil {
		return err
	}
	mine, err := j.f.Stat()
	if err != nil {
		return err
	}
	if there, err := os.Stat(j.f.Name()); err != nil || !os.SameFile(mine, there) {
		return fmt.Errorf("%s %w", j.f.Name(), ErrGone)
	}
	return nil
}

// Close makes sure that all samples are on disk.
func (w *Writer) Close() error {
	err := cmp.Or(w.raw.close(), w.samples.close())
	if w.plan != nil {
		err = cmp.Or(err, w.plan.close())
	}
	return err
}

// A journal is a file that only grows, by whole records.
type journal struct {
	f     *os.File
	size  int64
	muted bool // what is written is dropped
	// settled says that nothing follows size.
	settled bool
}

func newJournal(path string) (*journal, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		os.Remove(path)
		return nil, err
	}
	return &journal{f: f}, nil
}

// append adds v as a line.
func (j *journal) append(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding a line of %s: %w", filepath.Base(j.f.Name()), err)
	}
	_, err = j.Write(append(line, '\n'))
	return err
}

// Write appends p, or nothing at all if it fails half-way: a full disk must not
// leave a torn line that reads as a shorter number.
func (j *journal) Write(p []byte) (int, error) {
	if j.muted {
		return len(p), nil
	}
	if err := j.settle(); err != nil {
		return 0, err
	}
	n, err := j.f.WriteAt(p, j.size)
	if err != nil {
		j.truncate(j.size)
		return n, err
	}
	j.size += int64(n)
	return n, nil
}

// settle cuts off, once, what a writer that was killed left half done.
func (j *journal) settle() error {
	if j.settled {
		return nil
	}
	j.settled = true
	return j.f.Truncate(j.size)
}

// truncate drops what follows size. Its own failure is not reported: it is
// called on the way out with an error that says more, and readers skip a torn
// last line.
func (j *journal) truncate(size int64) {
	j.f.Truncate(size)
	j.size = size
}

func (j *journal) close() error {
	return cmp.Or(j.f.Sync(), j.f.Close())
}

// ReplaceFile writes data to path so that no reader sees half of it, and what was there
// stays if there is no room. A file that was there keeps its mode.
func ReplaceFile(path string, data []byte) error {
	return ReplaceFiles([]File{{path, data}})
}

// File is what is to be in a file.
type File struct {
	Path string
	Data []byte
}

// ReplaceFiles is ReplaceFile for files that belong together: all are written before the
// first is replaced, and an interrupt does not end that halfway.
func ReplaceFiles(files []File) error {
	interrupts := make(chan os.Signal, 1) // let go by: soon all is done
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup, of which Notify would leave no trace
		signal.Notify(interrupts, syscall.SIGHUP)
	}
	defer signal.Stop(interrupts)
	staged, err := parallel.Map(files, stage) // each waits for the disk
	defer func() {
		for _, name := range staged {
			os.Remove(name) // after the rename there is nothing to remove
		}
	}()
	if err != nil {
		return err
	}
	for i, f := range files {
		if err := os.Rename(staged[i], f.Path); err != nil {
			return err
		}
	}
	return nil
}

// stage writes a file beside the one that it is to replace, and returns its name if it was
// made.
func stage(to *File) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(to.Path), filepath.Base(to.Path)+".*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(to.Data)
	if err == nil {
		mode := fs.FileMode(0o644) // CreateTemp's 0600 would keep others from reading it
		if old, err := os.Stat(to.Path); err == nil {
			mode = old.Mode().Perm()
		}
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	return f.Name(), cmp.Or(err, f.Close())
}
