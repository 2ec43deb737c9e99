package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/montanaflynn/stats"

	"crossover/internal/affinity"
	"crossover/internal/catalog"
)

// An entrant is a program that speaks the protocol of the manual: it prints a
// catalog and runs one case of it.
type entrant struct {
	name   string   // as on the command line, without folders of this machine
	argv   []string // the program and its own arguments
	dir    string   // where it runs; "" for where measure does
	goTest bool     // a Go test binary
	sum    string   // SHA-256 of what it is
	files  []identity
}

// identity is a file that belongs to what an entrant is, as it was when the sum was taken.
type identity struct {
	path string
	info fs.FileInfo
}

// identify takes the sum of a file that the entrant is made of.
func (e *entrant) identify(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	sum, err := checksum(path)
	if err == nil {
		e.files = append(e.files, identity{path, info})
	}
	return sum, err
}

// unchanged returns an error if a file of the entrant has been replaced. Samples of both
// would stand in one study.
func (e *entrant) unchanged() error {
	for _, f := range e.files {
		now, err := os.Stat(f.path)
		if err != nil {
			return fmt.Errorf("%s cannot be started any more: %w", e.name, err)
		}
		// The time of a Go binary is no sign: that it is in use is noted by it.
		if !os.SameFile(f.info, now) || now.Size() != f.info.Size() || !e.goTest && !now.ModTime().Equal(f.info.ModTime()) {
			return fmt.Errorf("%s was replaced while it was measured: put back what was there", e.name)
		}
	}
	return nil
}

// fromPackage builds the test binary of a package, unless one is given. Of a given one neither
// the package need be here nor a Go that finds it: it then runs where measure does.
func fromPackage(ctx context.Context, pkg, bin string, c *cache) (*entrant, error) {
	e := &entrant{name: withoutFolders(pkg), goTest: true}
	dir, err := output(ctx, exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", pkg))
	switch {
	case err == nil:
		e.dir = strings.TrimSpace(string(dir))
	case bin != "" && !errors.Is(err, errInterrupted):
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("building %s: there is no go in the PATH: build its test binary where there is one (go test -c %[1]s) and name it with -bin", pkg)
	default:
		return nil, fmt.Errorf("finding package %s: %w", pkg, err)
	}
	if bin == "" {
		if bin, err = c.build(ctx, pkg); err != nil {
			return nil, err
		}
	}
	if bin, err = filepath.Abs(bin); err != nil { // it runs in dir
		return nil, err
	}
	e.argv = []string{bin}
	if e.sum, err = e.identify(bin); err != nil {
		return nil, fmt.Errorf("no benchmark binary of %s: %w", pkg, err)
	}
	return e, nil
}

// fromCommand splits a command line. What it names as files belongs to its identity. The
// error is a notAvailable if there is no such command.
func fromCommand(line string) (*entrant, error) {
	argv, err := words(line)
	if err != nil || len(argv) == 0 {
		return nil, usagef("-with %s: %v", line, cmp.Or(err, errors.New("no command")))
	}
	path, err := exec.LookPath(argv[0])
	if errors.Is(err, exec.ErrNotFound) {
		return nil, &notAvailable{line, "there is no " + argv[0] + " in the PATH"}
	}
	if err != nil {
		return nil, usagef("-with %s: %v", line, err)
	}
	e := &entrant{argv: append([]string{path}, argv[1:]...)}
	sum := sha256.New()
	var names []string
	for i, word := range argv {
		names = append(names, withoutFolders(word))
		fmt.Fprintf(sum, "%q\n", names[i])
		if s, err := e.identify(e.argv[i]); err == nil {
			fmt.Fprintln(sum, s)
		}
	}
	e.name, e.sum = strings.Join(names, " "), hex.EncodeToString(sum.Sum(nil))
	return e, nil
}

// withoutFolders keeps of an absolute path, such as that in CONF=/home/me/x, only the last
// element.
func withoutFolders(word string) string {
	if filepath.IsAbs(word) {
		return filepath.Base(word)
	}
	return folders.ReplaceAllString(word, "$1$2")
}

// checksum is the SHA-256 of a file: of nothing that has no end.
func checksum(path string) (string, error) {
	if info, err := os.Stat(path); err != nil {
		return "", err
	} else if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (e *entrant) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, e.argv[0], append(e.argv[1:len(e.argv):len(e.argv)], args...)...)
	cmd.Dir = e.dir
	return cmd
}

// A notAvailable is an entrant that cannot run here: it is not there, or said so by exit
// status 3.
type notAvailable struct{ name, why string }

func (e *notAvailable) Error() string { return fmt.Sprintf("%s is left out: %s", e.name, e.why) }

// catalog asks the entrant what it can measure, as text and decoded. Only the first
// one's has to be whole.
func (e *entrant) catalog(ctx context.Context, grid string, first bool) ([]byte, *catalog.Catalog, error) {
	args := []string{"-catalog", "-grid=" + grid}
	if e.goTest {
		args = append([]string{"-test.run=^$"}, args...)
	}
	text, err := e.ask(ctx, args...)
	var failed *exitError
	if errors.As(err, &failed) && failed.code == 3 {
		why, _, _ := strings.Cut(failed.stderr, "\n")
		return nil, nil, &notAvailable{e.name, cmp.Or(strings.Map(printable, why), "it does not say why")}
	}
	if failed != nil && strings.Contains(failed.stderr, "flag provided but not defined") {
		return nil, nil, fmt.Errorf("%s does not know the flags of the protocol, so it cannot take part: measure -h says what they are", e.name)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("asking %s for its catalog: %w", e.name, err)
	}
	decode := catalog.DecodeSupplement
	if first {
		decode = catalog.Decode
	}
	c, err := decode(bytes.NewReader(text))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", e.name, err)
	}
	return text, c, nil
}

// spin asks the entrant how many iterations of its spin make a microsecond, in
// several processes since each is up to 30 % off, and returns the median. It warns where
// they are further apart than that, as on a busy machine.
func (e *entrant) spin(ctx context.Context, warn func(string)) (int, error) {
	const tries, apart = 9, 1.3
	var counts []float64
	for range tries {
		text, err := e.ask(ctx, "-calibrate-spin")
		if err != nil {
			return 0, fmt.Errorf("calibrating the spin: %w", err)
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil || n < 1 {
			return 0, fmt.Errorf("calibrating the spin: -calibrate-spin printed %q, not a count", text)
		}
		counts = append(counts, float64(n))
	}
	quartiles, err := stats.Quartile(counts)
	if quartiles.Q3 > apart*quartiles.Q1 {
		warn(fmt.Sprintf("The rate of calibrated work is uncertain: from process to process it was between %.0f and %.0f iterations per µs (half of them), %.0f is used. "+
			"Work is longer or shorter than its name says; measure when the machine is free, or give the rate with -spin.", quartiles.Q1, quartiles.Q3, quartiles.Q2))
	}
	return int(quartiles.Q2), err
}

// An exitError is a command that failed.
type exitError struct {
	error
	code   int // exit status; −1 if there is none
	stderr string
}

func (e *exitError) Unwrap() error { return e.error }

// answerLimit is how long an entrant may take to say what it can do.
const answerLimit = 2 * time.Minute

// ask runs the entrant for what is no sample and returns its standard output, as output
// does. It and what it starts are killed when ctx ends, and when they take too long.
func (e *entrant) ask(ctx context.Context, args ...string) ([]byte, error) {
	limited, cancel := context.WithTimeoutCause(ctx, answerLimit, fmt.Errorf("no answer to %s within %v", strings.Join(args, " "), answerLimit))
	defer cancel()
	return output(limited, e.command(limited, args...))
}

// output runs cmd in a process group, on all CPUs that may be used, and returns its
// standard output; an error quotes the end of what it wrote on standard error.
func output(ctx context.Context, cmd *exec.Cmd) ([]byte, error) {
	const most = 64 << 20
	stdout, stderr := tape{most: most}, tape{most: most}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 2 * time.Second
	usable, err := affinity.CPUs()
	if err == nil {
		err = runGroup(cmd, usable)
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, errInterrupted
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case stdout.full || stderr.full:
		err = fmt.Errorf("it printed more than %d MiB", most>>20)
	}
	if err != nil {
		code := -1
		if cmd.ProcessState != nil {
			code = cmd.ProcessState.ExitCode()
		}
		return nil, &exitError{
			fmt.Errorf("%s: %w%s", filepath.Base(cmd.Path), err, excerpt(stderr.String()+stdout.String())),
			code, strings.TrimSpace(stderr.String()),
		}
	}
	return stdout.kept, nil
}
