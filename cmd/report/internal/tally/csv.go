package tally

import (
	"encoding/csv"
	"fmt"
	"io"
)

// WriteCSV writes what benchstat -format csv writes, byte for byte.
func WriteCSV(w, warnings io.Writer, all []*Sheet) error {
	out := csv.NewWriter(w)
	rows := 1
	err := printSheets(all, func(s string) error {
		rows++
		return out.Write([]string{s})
	}, func(g *Sheet) error {
		n, err := g.writeCSV(out, rows, warnings)
		rows += n
		return err
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

func (g *Sheet) writeCSV(out *csv.Writer, first int, warnings io.Writer) (rows int, err error) {
	start := func(i int) int { // the column at which the i-th of cols begins
		if i == 0 {
			return 1
		}
		return 3 + 4*(i-1)
	}
	var row []string
	clearTo := func(n int) {
		for len(row) < n {
			row = append(row, "")
		}
	}
	emit := func() {
		if err == nil {
			err = out.Write(row)
		}
		row = row[:0]
		rows++
	}
	warn := func(all []error) {
		for _, problem := range all {
			fmt.Fprintf(warnings, "%s%d: %v\n", columnName(len(row)), first+rows, problem)
		}
	}
	for _, f := range g.cols[0].Projection().FlattenedFields() {
		for i, key := range g.cols {
			clearTo(start(i))
			row = append(row, key.Get(f))
		}
		clearTo(start(len(g.cols)))
		emit()
	}
	for i := range g.cols {
		clearTo(start(i))
		row = append(row, g.unit, "CI")
		if i > 0 {
			row = append(row, "vs base", "P")
		}
	}
	emit()
	for _, r := range g.rows {
		row = append(row, r.key.StringValues())
		for i, col := range g.cols {
			c := g.at(r, col)
			if c == nil {
				continue
			}
			clearTo(start(i))
			warn(c.summary.Warnings)
			row = append(row, fmt.Sprint(c.summary.Center), c.summary.PctRangeString())
			if c.base != nil {
				warn(c.comparison.Warnings)
				row = append(row, c.delta(), c.comparison.String())
			}
		}
		emit()
	}
	row = append(row, "geomean")
	for i, f := range g.foot {
		clearTo(start(i))
		warn(f.warnings)
		if f.hasCenter {
			row = append(row, fmt.Sprint(f.center))
		}
		if i > 0 {
			clearTo(start(i) + 2)
			row = append(row, f.delta())
		}
	}
	clearTo(start(len(g.cols)))
	emit()
	return rows, err
}

// columnName names a column as benchstat does in its warnings, which is not quite
// as spreadsheets do beyond Z.
func columnName(n int) string {
	if n == 0 {
		return "A"
	}
	name := ""
	for ; n > 0; n /= 26 {
		name = string(rune('A'+n%26)) + name
	}
	return name
}
