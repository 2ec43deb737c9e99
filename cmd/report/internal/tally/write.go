package tally

import (
	"fmt"

	"golang.org/x/perf/benchproc"
	"golang.org/x/perf/benchunit"
)

// printSheets prints each table under the configuration in which it differs from the
// one before. line prints a heading, sheet a table.
func printSheets(all []*Sheet, line func(string) error, print func(*Sheet) error) error {
	var before benchproc.Key
	for i, g := range all {
		if i > 0 {
			if err := line(""); err != nil {
				return err
			}
		}
		for _, f := range g.key.Projection().FlattenedFields() {
			if f.Name == ".unit" { // stands in the table
				continue
			}
			if v := g.key.Get(f); before.IsZero() || v != before.Get(f) {
				if err := line(f.Name + ": " + v); err != nil {
					return err
				}
			}
		}
		before = g.key
		if err := print(g); err != nil {
			return err
		}
	}
	return nil
}

// footDelta is a column's change of the geometric mean.
func (f sheetFoot) delta() string {
	if !f.hasRatio {
		return "?"
	}
	return fmt.Sprintf("%+.2f%%", (f.ratio-1)*100)
}

func (c *sheetCell) delta() string {
	return c.comparison.FormatDelta(c.base.summary.Center, c.summary.Center)
}

// rowScale is the prefix that all values of a row share.
func (g *Sheet) rowScale(row *sheetRow, class benchunit.Class) benchunit.Scaler {
	var values []float64
	for _, col := range g.cols {
		if c := g.at(row, col); c != nil {
			values = append(values, c.summary.Center)
		}
	}
	return benchunit.CommonScale(values, class)
}
