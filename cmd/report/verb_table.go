package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"golang.org/x/perf/benchmath"

	"crossover/cmd/report/internal/spell"
	"crossover/cmd/report/internal/tally"
	"crossover/internal/stat"
)

const tableUsage = `usage: report table [flags] FILE...
Tables of any benchmark results, with benchstat's projections and benchstat's numbers.
FILE is benchmark output, a study's folder or LABEL=FILE; - is standard input.
  -filter QUERY   use only what matches, e.g. '/impl:chan .unit:ns/op'
  -table KEYS     a table for each value of KEYS (.config)
  -row KEYS       a row for each (.fullname)
  -col KEYS       compare across these (.file)
  -ignore KEYS    do not warn that these vary within a cell
  -format F       text, csv (warnings on standard error) or md
  -alpha P        call a change significant below P (0.05)
  -confidence C   of the intervals (0.95)
`

// runTable is the verb table.
func runTable(args []string, stdout, stderr io.Writer) int {
	p := tally.Projections{}
	thresholds := benchmath.DefaultThresholds
	var format string
	var level float64
	fs := flag.NewFlagSet("report table", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&p.Filter, "filter", "*", "")
	fs.StringVar(&p.Table, "table", ".config", "")
	fs.StringVar(&p.Row, "row", ".fullname", "")
	fs.StringVar(&p.Col, "col", ".file", "")
	fs.StringVar(&p.Ignore, "ignore", "", "")
	fs.StringVar(&format, "format", "text", "")
	fs.Float64Var(&thresholds.CompareAlpha, "alpha", thresholds.CompareAlpha, "")
	fs.Float64Var(&level, "confidence", stat.Confidence, "")
	paths, err := parseMixed(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return helped(stdout, stderr, tableUsage)
	case err != nil:
	case len(paths) == 0:
		err = errors.New("no files given")
	case format != "text" && format != "csv" && format != "md":
		err = fmt.Errorf("-format %s: want text, csv or md", format)
	case !(0 <= thresholds.CompareAlpha && thresholds.CompareAlpha <= 1):
		err = fmt.Errorf("-alpha %v: want a probability", thresholds.CompareAlpha)
	case !(0 <= level && level <= 1):
		err = fmt.Errorf("-confidence %v: want a probability", level)
	}
	if err != nil {
		return misused(stderr, err, tableUsage)
	}
	defer tally.Frugal()()
	t, err := tally.New(p)
	if err != nil {
		return misused(stderr, err, tableUsage)
	}
	status := 0
	units, err := t.Read(paths, func(err error) {
		fmt.Fprintf(stderr, "report: %v\n", err)
		status = leftOut
	})
	if err != nil {
		return failed(stderr, err)
	}
	if t.Empty() {
		return failed(stderr, fmt.Errorf("no benchmark results in %s that the filter lets through", spell.List(paths)))
	}
	all := t.Sheets(units, level, &thresholds)
	switch format {
	case "csv":
		err = tally.WriteCSV(stdout, stderr, all)
	case "md":
		err = tally.WriteMarkdown(stdout, all)
	default:
		err = tally.WriteText(stdout, all)
	}
	if err != nil {
		return failed(stderr, fmt.Errorf("writing tables: %w", err))
	}
	return status
}

// leftOut is the exit status when something was shown, but not all that was given.
const leftOut = 1
