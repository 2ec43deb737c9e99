package tally

import (
	"errors"
	"math"
	"strings"

	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchproc"
)

// Sheet is one table.
type Sheet struct {
	key  benchproc.Key // its unit included
	unit string
	rows []*sheetRow
	cols []benchproc.Key

	rowOf  map[benchproc.Key]*sheetRow
	colOf  map[benchproc.Key]int          // where in the cells of a row
	pooled map[*sheetCell][]benchproc.Key // with a cell's residue, in part repeated
	foot   []sheetFoot                    // a column each
}

type sheetRow struct {
	key   benchproc.Key
	cells []*sheetCell // as colOf says, nil or not even there where nothing was measured
}

// sheetCell is a line of cache while files are read: there may be a million.
type sheetCell struct {
	numbers
	residue    benchproc.Key // of the first number
	*estimates               // nil until all numbers are known
}

// sheetFoot is the geometric mean of a column.
type sheetFoot struct {
	center, ratio       float64
	hasCenter, hasRatio bool
	warnings            []error
}

// cell returns the cell of a row and a column, for one more thing to pool in it.
func (g *Sheet) cell(row, col, residue benchproc.Key) *sheetCell {
	r := g.rowOf[row]
	if r == nil {
		r = &sheetRow{key: row}
		g.rowOf[row] = r
		g.rows = append(g.rows, r)
	}
	j, ok := g.colOf[col]
	if !ok {
		j = len(g.cols)
		g.colOf[col] = j
		g.cols = append(g.cols, col)
	}
	for len(r.cells) <= j {
		r.cells = append(r.cells, nil)
	}
	if r.cells[j] == nil {
		r.cells[j] = &sheetCell{residue: residue}
	} else if r.cells[j].residue != residue {
		g.pooled[r.cells[j]] = append(g.pooled[r.cells[j]], residue)
	}
	return r.cells[j]
}

// at returns the cell of a row and a column; nil if nothing was measured there.
func (g *Sheet) at(r *sheetRow, col benchproc.Key) *sheetCell {
	if j := g.colOf[col]; j < len(r.cells) {
		return r.cells[j]
	}
	return nil
}

// sort puts rows and columns in the order that the projections ask for. Most often
// they are in it.
func (g *Sheet) sort() {
	benchproc.SortKeys(g.cols)
	keys := make([]benchproc.Key, len(g.rows))
	for i, r := range g.rows {
		keys[i] = r.key
	}
	benchproc.SortKeys(keys)
	for i, k := range keys {
		g.rows[i] = g.rowOf[k]
	}
	g.rowOf = nil
}

// varying names the dimensions that a cell pools.
func (g *Sheet) varying(c *sheetCell) string {
	pooled := g.pooled[c]
	if len(pooled) == 0 {
		return ""
	}
	var names []string
	for _, f := range benchproc.NonSingularFields(append(pooled, c.residue)) {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// addFoot sets the geometric means. Ratios are averaged, not means divided: columns
// need not have the same rows.
func (g *Sheet) addFoot() {
	bases := 0
	for _, row := range g.rows {
		if g.at(row, g.cols[0]) != nil {
			bases++
		}
	}
	for i, col := range g.cols {
		var f sheetFoot
		var centers, ratios []float64
		undefined := false
		for _, row := range g.rows {
			c := g.at(row, col)
			if c == nil {
				continue
			}
			centers = append(centers, c.summary.Center)
			if c.base == nil {
				continue
			}
			ratio := 1.0 // of 0 to 0, too
			switch from, to := c.base.summary.Center, c.summary.Center; {
			case from == to:
			case from == 0:
				ratio, undefined = 0, true
			default:
				ratio = to / from
			}
			ratios = append(ratios, ratio)
		}
		if i > 0 && len(ratios) != bases {
			f.warnings = append(f.warnings, errors.New("benchmark set differs from baseline; geomeans may not be comparable"))
		}
		if f.center = stats.GeoMean(centers); math.IsNaN(f.center) {
			f.warnings = append(f.warnings, errors.New("summaries must be >0 to compute geomean"))
		} else {
			f.hasCenter = true
		}
		if i > 0 && !undefined {
			if f.ratio = stats.GeoMean(ratios); math.IsNaN(f.ratio) {
				f.warnings = append(f.warnings, errors.New("ratios must be >0 to compute geomean"))
			} else {
				f.hasRatio = true
			}
		}
		g.foot = append(g.foot, f)
	}
}
