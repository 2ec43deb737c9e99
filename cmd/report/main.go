// Report says what to use, from a study: verdicts and a decision table first, then the
// charts and tables behind them. It reads any other benchmark results too.
//
//	report STUDY...                  the report: a page, charts, tables
//	report advise STUDY              what to use, in a few lines
//	report compare OLD NEW           has something become slower? The exit status says it
//	report table FILE...             benchstat's tables
//
// A STUDY is a folder that cmd/measure wrote. In its place may stand a file of what
// go test -bench prints, of any project, or - for standard input: the catalog that it
// lacks is guessed, and the page says what was guessed.
//
// # report [flags] STUDY...
//
// Writes beside the first study (or beside a file, into a folder NAME-report)
//
//	report.html    the whole report in one file that needs no network
//	report.md      the same for GitHub
//	charts/        every chart as SVG; those of an earlier report there go
//	summary.json   verdicts, decisions and figures, for programs
//
// and prints the verdicts and the decision table. Further studies of the same machine
// add the patterns that the first lacks.
//
//	-o DIR
//		Write to DIR instead; it is made if need be.
//	-png
//		Write every chart as PNG too.
//	-selftest DIR
//		The self-test (go run ./cmd/measure -selftest) that says what the study is
//		worth. By default the folder STUDY-selftest, or else the newest folder
//		beside the study that is called so and was made with the same CPU, number of
//		CPUs, kernel and Go.
//	-elsewhere STUDY
//		Another study, of another machine say, that is asked whether the advice holds
//		there: what is advised costs at most 10 % more than the fastest. May be given
//		more than once.
//	-variants REGEXP
//		In files of results, what matches in a benchmark's name is the variant, or
//		what the first group does: 'Std|Sonic' compares BenchmarkEncodeStd with
//		BenchmarkEncodeSonic, '/([^/]*)$' what the names end in. By default it is
//		guessed.
//	-embed FILE
//		Rewrite the part of a Markdown document between its lines
//		<!-- begin answers: --> and <!-- end answers --> with the verdicts, a chart,
//		the decision table and, folded, the other charts. If it has lines
//		<!-- begin self-test: --> and <!-- end self-test --> too, the self-test's
//		tables come between those.
//
// How it decides: to be used is the simplest variant (by tier) whose cost stays,
// with its whole 95 % interval, within 10 % of the fastest. What counts is time per
// operation, or the unit that a situation names, or that of the goal. Where the best
// of several is compared, the choice is made anew in each bootstrap resample of the
// rounds, and the interval takes that in.
//
// # report advise [flags] STUDY
//
//	-pattern NAME, -situation TEXT
//		Of this pattern, in this situation (its id, its name, or words of it).
//	-goal throughput|p99|cpu|memory
//		What is to be good.
//	-execution goroutine|thread|process
//		Only what runs so.
//	-elsewhere STUDY, -variants REGEXP
//		As above.
//	-json
//		For programs.
//
// The exit status is 3 if nobody can be advised.
//
// # report compare [flags] OLD NEW
//
//	-threshold 5%
//		Up to so much more cost is no regression.
//	-filter QUERY
//		Compare only what matches, in benchstat's syntax.
//	-format text|md
//		One line a change, or Markdown for a pull request.
//	-strict
//		Clear nobody while any single cell cannot exclude a regression.
//
// The exit status is 0 if there is no sign of a regression and most cells could have
// shown a cost that doubled, 1 if an interval lies beyond the threshold, 3 if it cannot be told:
//
//   - a cost went up and may or may not be beyond the threshold;
//   - several went up as others went down, or a third of all went up, and that may be
//     what two runs differ by anyway;
//   - a benchmark failed, or NEW has nothing of a case of OLD, or one sample;
//   - the machine is another one, or itself changed;
//   - the runs have too few samples to show a cost that doubled, or differ so much of
//     themselves that one could hide.
//
// Intervals hold for all cells together at 95 %.
// Where there was nothing in any sample, such as allocations, and now is something in
// each, no threshold is asked. Samples of one name in several configurations
// that both files have are cells of their own.
// What the floors of a study cost is the machine's: it is shown and decides nothing.
// Studies measured in the same rounds (measure -against) are compared round by round;
// of others the intervals allow for what two runs differ by of themselves, and times are
// divided by the control's. Studies are compared by time and the units that decide in
// their situations, files by every unit: where nobody says whether more of it is better,
// a rate is taken to be, and of others a change is "cannot tell".
//
// # report table [flags] FILE...
//
// The flags -filter, -table, -row, -col, -ignore, -alpha and -confidence are
// benchstat's, and so are the figures; -format is text, csv or md. A study's folder
// may stand for a file. Lines that cannot be read, and values that are no finite
// number, are told and left out; the exit status is then 1.
//
// Of all verbs, the exit status is 2 if input or command line is no good; messages then
// name file and line.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"crossover/cmd/report/internal/results"
	"crossover/internal/parallel"
	"crossover/internal/study"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

const usage = `usage: report [flags] STUDY...
       report advise [flags] STUDY
       report compare [flags] OLD NEW
       report table [flags] FILE...
STUDY is a folder written by go run ./cmd/measure, or a file of benchmark results;
- is standard input.
  -o DIR       write the report to DIR; by default beside the data
  -png         write every chart as PNG too
  -selftest DIR
               the self-test that goes with STUDY; by default one beside it
  -elsewhere STUDY
               another study, of another machine say, that is asked whether the advice
               holds there; may be given more than once
  -variants REGEXP
               in files of results, what matches in a benchmark's name is the variant
  -embed FILE  rewrite what stands between the markers of a Markdown document: the
               answers with all charts, and the self-test's tables if they have markers
report VERB -h says more of a verb.
`

type options struct {
	studies    []string
	out, embed string
	selfTest   string
	how        reading
	png        bool
}

func parseOptions(args []string) (*options, error) {
	var o options
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&o.out, "o", "", "")
	fs.BoolVar(&o.png, "png", false, "")
	fs.StringVar(&o.embed, "embed", "", "")
	fs.StringVar(&o.selfTest, "selftest", "", "")
	o.how.flags(fs)
	var err error
	if o.studies, err = parseMixed(fs, args); err != nil {
		return nil, err
	}
	if len(o.studies) == 0 {
		return nil, errors.New("no study given")
	}
	if o.out == "" && o.studies[0] == results.Stdin {
		return nil, errors.New("-o DIR says where the report of standard input goes")
	}
	if o.out == "" {
		o.out = o.studies[0]
		if !study.IsFolder(o.out) { // a file of results: beside it
			o.out = strings.TrimSuffix(o.out, filepath.Ext(o.out)) + "-report"
		}
	}
	return &o, nil
}

// verbs are the words that may stand first. Without one, arguments are studies.
var verbs = map[string]func(args []string, stdout, stderr io.Writer) int{
	"table":   runTable,
	"compare": runCompare,
	"advise":  runAdvise,
}

// run is the program; it returns its exit status.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && verbs[args[0]] != nil {
		return verbs[args[0]](args[1:], stdout, stderr)
	}
	o, err := parseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		return helped(stdout, stderr, usage)
	}
	if err != nil {
		return misused(stderr, err, usage)
	}
	if err := report(o, stdout); err != nil {
		return failed(stderr, err)
	}
	return 0
}

// helped is the way to end after -h.
func helped(stdout, stderr io.Writer, usage string) int {
	if _, err := io.WriteString(stdout, usage); err != nil {
		return failed(stderr, err)
	}
	return 0
}

// misused and failed are the two ways to end with status 2.
func misused(stderr io.Writer, err error, usage string) int {
	fmt.Fprintf(stderr, "report: %v\n%s", err, usage)
	return 2
}

func failed(stderr io.Writer, err error) int {
	for _, line := range strings.Split(err.Error(), "\n") {
		fmt.Fprintf(stderr, "report: %s\n", results.Visible(line)) // it may quote a damaged file
	}
	return 2
}

func report(o *options, stdout io.Writer) error {
	m, err := load(o.studies, o.how)
	if err != nil {
		return err
	}
	if err := m.findSelfTest(o.selfTest); err != nil {
		return err
	}
	p := newPage(m, linker(o.out))
	p.SelfTest = m.selfTestPart(o.out)
	data, err := m.summary(p)
	if err != nil {
		return fmt.Errorf("summing up: %w", err)
	}
	path, err := write(p, data, o)
	if err != nil {
		return fmt.Errorf("writing report: %w", err)
	}
	if o.embed != "" {
		if err := embed(p, o); err != nil {
			return fmt.Errorf("embedding the answers: %w", err)
		}
	}
	out := bufio.NewWriter(stdout)
	writeTerminal(out, p)
	fmt.Fprintln(out, path)
	return out.Flush()
}

// write writes all files and returns the path of report.html.
func write(p *page, summary []byte, o *options) (string, error) {
	charts := filepath.Join(o.out, chartsFolder)
	if err := os.MkdirAll(charts, 0o777); err != nil {
		return "", err
	}
	files, err := p.draw(charts, o.png)
	if err != nil {
		return "", err
	}
	var md, html bytes.Buffer
	if err := writeMarkdown(&md, p); err != nil {
		return "", err
	}
	if err := writeHTML(&html, p); err != nil {
		return "", err
	}
	path := filepath.Join(o.out, "report.html")
	old := stale(o.out, files)
	err = study.ReplaceFiles(append(files,
		study.File{Path: filepath.Join(o.out, "report.md"), Data: md.Bytes()},
		study.File{Path: filepath.Join(o.out, "summary.json"), Data: summary},
		study.File{Path: path, Data: html.Bytes()}))
	if err != nil {
		return "", err
	}
	return path, removeAll(old)
}

// draw draws all charts, and returns the files that are to be in dir: nothing is written
// before everything is there, or old words would stand beside new charts.
func (p *page) draw(dir string, png bool) ([]study.File, error) {
	figures := p.figures()
	drawn, err := parallel.Map(figures, func(f *figure) (picture, error) {
		x, err := drawFigure(*f, png)
		if err != nil {
			return x, fmt.Errorf("chart %s: %w", f.Name, err)
		}
		return x, nil
	})
	if err != nil {
		return nil, err
	}
	var files []study.File
	p.drawn = map[string][]byte{}
	for i, f := range figures {
		p.drawn[f.Name] = drawn[i].svg
		files = append(files, study.File{Path: filepath.Join(dir, f.Name+".svg"), Data: drawn[i].svg})
		if png {
			files = append(files, study.File{Path: filepath.Join(dir, f.Name+".png"), Data: drawn[i].png})
		}
	}
	return files, nil
}

// figures are all charts of the page.
func (p *page) figures() (all []figure) {
	for _, s := range p.Patterns {
		all = append(all, s.Figures()...)
	}
	return append(all, p.Order...)
}

const chartsFolder = "charts"

// picture is a figure as its files have it; png is nil if nobody asked for it.
type picture struct{ svg, png []byte }

func drawFigure(f figure, png bool) (x picture, err error) {
	if x.svg, err = f.svg(); err == nil && png {
		x.png, err = f.png()
	}
	return x, err
}

// linker returns a function that turns a file of the repository into a link from
// dir, or into "" if dir is not in a tree that has the file.
func linker(dir string) func(file string) string {
	root, err := filepath.Abs(dir)
	if err != nil {
		return func(string) string { return "" }
	}
	up := ""
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(root)
		if parent == root {
			return func(string) string { return "" }
		}
		root, up = parent, up+"../"
	}
	return func(file string) string {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
			return ""
		}
		return up + file
	}
}
