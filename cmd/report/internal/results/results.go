// Package results reads samples: of a study, or of any file of benchmark results.
package results

import (
	"bufio"
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

// Results are the samples of a study, or of any file of benchmark results.
type Results struct {
	Study *study.Study // nil if it is a file
	Lines []Line       // in order of the file
	Units benchfmt.UnitMetadataMap
	Bad   []error  // lines and values left out
	Fails []string // what go test said of benchmarks that failed
}

// Line is one line of results.
type Line struct {
	Pkg    string
	Name   string   // with Benchmark and -N
	CPUs   string   // to which the process was kept
	Pin    string   // how its roles were
	Config []string // what else was configured, each "key: value"
	Line   int
	Ops    int // measured together: b.N
	Values []benchfmt.Value
}

// ID is what has to be equal for two samples to be of one thing.
func (s Line) ID() string {
	id := s.Name
	if s.CPUs != "" {
		id += " cpus=" + s.CPUs
	}
	if s.Pin != "" {
		id += " pin=" + s.Pin
	}
	if s.Pkg != "" && s.Pkg != "crossover/bench" {
		id = s.Pkg + "." + id
	}
	return id
}

// Stdin is the path that stands for standard input, as in benchstat.
const Stdin = "-"

// Read reads a study's folder, a file or standard input, and of it what a filter of benchproc lets through. It
// is an error if that is nothing; the error says what to do about a file of another kind.
func Read(path, filter string) (*Results, error) {
	r := &Results{}
	file := path
	if study.IsFolder(path) {
		var err error
		if r.Study, err = study.Read(path); err != nil {
			return nil, err
		}
		file = filepath.Join(path, study.RawFile)
	}
	f := os.Stdin
	if path != Stdin {
		var err error
		if f, err = os.Open(file); err != nil {
			return nil, fmt.Errorf("reading results: %w", err)
		}
		defer f.Close()
	}
	return r, r.parse(f, file, filter)
}

// Parse is Read, of a file that has this name in messages.
func Parse(from io.Reader, name, filter string) (*Results, error) {
	r := &Results{}
	return r, r.parse(from, name, filter)
}

func (r *Results) parse(from io.Reader, name, filter string) error {
	match, err := benchproc.NewFilter(filter)
	if err != nil {
		return fmt.Errorf("-filter: %w", err)
	}
	fails := &failLines{name: name}
	begin := bufio.NewReader(from)
	hint := unreadable(begin)
	reader := benchfmt.NewReader(io.TeeReader(begin, fails), name)
	rounds := r.Rounds()
	seen := 0
	for reader.Scan() {
		switch x := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			if r.Study == nil { // else it is torn, as the study's warnings say
				r.Bad = append(r.Bad, fmt.Errorf("%w: left out", x))
			}
		case *benchfmt.Result:
			seen++
			_, line := x.Pos()
			if r.Study != nil && rounds[line] == 0 { // cut off: the same
				continue
			}
			for _, drop := range []func(*benchfmt.Result) error{DropInfinite, dropNegative} {
				if err := drop(x); err != nil {
					r.Bad = append(r.Bad, fmt.Errorf("%s:%d: %w", name, line, err))
				}
			}
			if ok, _ := match.Apply(x); !ok || len(x.Values) == 0 {
				continue
			}
			r.Lines = append(r.Lines, Line{
				Pkg: Visible(strings.TrimSpace(x.GetConfig("pkg"))), Name: Visible("Benchmark" + x.Name.String()), CPUs: x.GetConfig("cpus"), Pin: x.GetConfig("pin"),
				Config: otherConfig(x), Line: line, Ops: x.Iters, Values: tidied(x.Values),
			})
		}
	}
	if err := reader.Err(); err != nil {
		return err
	}
	fails.end()
	r.Units, r.Fails = reader.Units(), fails.found
	switch {
	case seen == 0:
		return errors.Join(append([]error{fmt.Errorf("%s: no benchmark results in it%s", name, hint)}, r.Bad...)...)
	case len(r.Lines) == 0:
		return errors.Join(append([]error{fmt.Errorf("%s: no results that the filter %q lets through", name, filter)}, r.Bad...)...)
	}
	return nil
}

// Rounds are those of the samples by their line; none of a file.
func (r *Results) Rounds() map[int]int {
	by := map[int]int{}
	if r.Study != nil {
		for _, x := range r.Study.Measured {
			by[x.Line] = x.Round
		}
	}
	return by
}

// Floors are the lines of samples of floors; none of a file.
func (r *Results) Floors() map[int]bool {
	of := map[int]bool{}
	if r.Study == nil {
		return of
	}
	names := map[string]bool{}
	for _, p := range r.Study.Catalog.Patterns {
		for _, f := range p.Floors {
			names[f.Name] = true
		}
	}
	for _, x := range r.Study.Measured {
		if names[x.Case] {
			of[x.Line] = true
		}
	}
	return of
}

// Configured are the values of a key of configuration that the results name, such as goos, in
// order of the alphabet.
func (r *Results) Configured(key string) []string {
	seen := map[string]bool{}
	for _, l := range r.Lines {
		for _, word := range l.Config {
			if value, ok := strings.CutPrefix(word, key+": "); ok {
				seen[Visible(value)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

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

// otherConfig is the configuration beside that which makes another case.
func otherConfig(r *benchfmt.Result) (words []string) {
	for _, c := range r.Config {
		if c.File && c.Key != "pkg" && c.Key != "cpus" && c.Key != "pin" {
			words = append(words, c.Key+": "+strings.TrimSpace(string(c.Value))) // go test pads some CPUs' names
		}
	}
	slices.Sort(words)
	return words
}

// Visible spells what is no text, which neither a chart nor a terminal could show.
func Visible(s string) string {
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
		out[i].Unit, out[i].OrigUnit = Visible(out[i].Unit), Visible(out[i].OrigUnit)
	}
	return out
}
