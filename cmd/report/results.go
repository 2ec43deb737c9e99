package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"crossover/internal/study"
)

// results are the samples of a study, or of any file of benchmark results.
type results struct {
	study *study.Study // nil if it is a file
	lines []sampleLine // in order of the file
	units benchfmt.UnitMetadataMap
	bad   []error  // lines and values left out
	fails []string // what go test said of benchmarks that failed
}

// sampleLine is one line of results.
type sampleLine struct {
	pkg    string
	name   string // with Benchmark and -N
	cpus   string
	pin    string
	host   host
	config []string // what else was configured, each "key: value"
	line   int
	ops    int // measured together: b.N
	values []benchfmt.Value
}

// host is what the lines above a result say of where it was measured, by hostKeys; "" where
// they say nothing.
type host [3]string

var hostKeys = [len(host{})]string{"goos", "goarch", "cpu"}

func hostOf(x *benchfmt.Result) (h host) {
	for i, key := range hostKeys {
		h[i] = visible(x.GetConfig(key))
	}
	return h
}

// id is what has to be equal for two samples to be of one thing.
func (s sampleLine) id() string {
	id := s.name
	if s.cpus != "" {
		id += " cpus=" + s.cpus
	}
	if s.pin != "" {
		id += " pin=" + s.pin
	}
	if s.pkg != "" && s.pkg != "crossover/bench" {
		id = s.pkg + "." + id
	}
	return id
}

// readResults reads a study's folder or a file.
func readResults(path, filter string) (*results, error) {
	r := &results{}
	file := path
	if isFolder(path) {
		var err error
		if r.study, err = study.Read(path); err != nil {
			return nil, err
		}
		file = filepath.Join(path, study.RawFile)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("reading results: %w", err)
	}
	defer f.Close()
	return r, r.read(f, file, filter)
}

func (r *results) read(from io.Reader, name, filter string) error {
	match, err := benchproc.NewFilter(filter)
	if err != nil {
		return fmt.Errorf("-filter: %w", err)
	}
	fails := &failLines{name: name}
	begin := bufio.NewReader(from)
	hint := unreadable(begin)
	reader := benchfmt.NewReader(io.TeeReader(begin, fails), name)
	seen := 0
	for reader.Scan() {
		switch x := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			r.bad = append(r.bad, fmt.Errorf("%w: left out", x))
		case *benchfmt.Result:
			seen++
			_, line := x.Pos()
			for _, drop := range []func(*benchfmt.Result) error{dropInfinite, dropNegative} {
				if err := drop(x); err != nil {
					r.bad = append(r.bad, fmt.Errorf("%s:%d: %w", name, line, err))
				}
			}
			if ok, _ := match.Apply(x); !ok || len(x.Values) == 0 {
				continue
			}
			r.lines = append(r.lines, sampleLine{
				pkg: visible(x.GetConfig("pkg")), name: visible("Benchmark" + x.Name.String()), cpus: x.GetConfig("cpus"), pin: x.GetConfig("pin"),
				host: hostOf(x), config: otherConfig(x), line: line, ops: x.Iters, values: tidied(x.Values),
			})
		}
	}
	if err := reader.Err(); err != nil {
		return err
	}
	fails.end()
	r.units, r.fails = reader.Units(), fails.found
	switch {
	case seen == 0:
		return errors.Join(append([]error{fmt.Errorf("%s: no benchmark results in it%s", name, hint)}, r.bad...)...)
	case len(r.lines) == 0:
		return errors.Join(append([]error{fmt.Errorf("%s: no results that the filter %q lets through", name, filter)}, r.bad...)...)
	}
	return nil
}

// hosts are the values of one of hostKeys that the results name, in order of the alphabet.
func (r *results) hosts(key int) []string {
	seen := map[string]bool{}
	for _, l := range r.lines {
		if l.host[key] != "" {
			seen[l.host[key]] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// cpus are the CPUs that the results name.
func (r *results) cpus() []string { return r.hosts(slices.Index(hostKeys[:], "cpu")) }

// unreadable says of a file that begins like no benchmark results what it is; a byte order
// mark it takes away, which would hide the first line.
func unreadable(from *bufio.Reader) (hint string) {
	is := func(magic string) bool {
		begin, _ := from.Peek(len(magic))
		return string(begin) == magic
	}
	switch {
	case is("\xef\xbb\xbf"):
		from.Discard(3)
	case is("\x1f\x8b"):
		return ": it is compressed, gunzip it first"
	case is("\xff\xfe"), is("\xfe\xff"):
		return ": it is UTF-16, as PowerShell writes it; make it UTF-8"
	case is("{"):
		return ": it is JSON; go test without -json prints what is read here"
	}
	return ""
}

// failLines finds what go test says of benchmarks that failed: no reader of results does.
type failLines struct {
	name  string
	line  int
	begun []byte // of a line
	found []string
}

// Write takes more of the file.
func (f *failLines) Write(p []byte) (int, error) {
	for part := range bytes.Lines(p) {
		f.begun = append(f.begun, part...)
		if !bytes.HasSuffix(part, []byte("\n")) {
			break
		}
		f.end()
	}
	return len(p), nil
}

// end ends a line; the last of a file may lack the newline.
func (f *failLines) end() {
	f.line++
	said := bytes.TrimSpace(f.begun)
	f.begun = f.begun[:0]
	for _, prefix := range []string{"--- FAIL: ", "panic: ", "fatal error: ", "signal: ", "exit status ", "FAIL\t"} {
		if string(said) == "FAIL" || bytes.HasPrefix(said, []byte(prefix)) {
			f.found = append(f.found, fmt.Sprintf("%s:%d: %s", f.name, f.line, visible(string(said))))
			return
		}
	}
}

// otherConfig is the configuration beside that which makes another case.
func otherConfig(r *benchfmt.Result) (words []string) {
	for _, c := range r.Config {
		if c.File && c.Key != "pkg" && c.Key != "cpus" && c.Key != "pin" {
			words = append(words, c.Key+": "+string(c.Value))
		}
	}
	slices.Sort(words)
	return words
}

// visible spells what is no text, which neither a chart nor a terminal could show.
func visible(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !unicode.IsPrint(r) && r != '\t':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func tidied(values []benchfmt.Value) []benchfmt.Value {
	out := make([]benchfmt.Value, len(values))
	for i, v := range values {
		out[i] = study.Tidy(v)
		out[i].Unit, out[i].OrigUnit = visible(out[i].Unit), visible(out[i].OrigUnit)
	}
	return out
}
