package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"

	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchproc"
	"golang.org/x/perf/benchunit"
)

// A tally sorts results into the cells of tables, as benchstat does. What benchstat
// asks of each line, whether it passes and where it belongs, is asked here once per
// distinct configuration, name and list of units: a file has few of them and many
// lines.
type tally struct {
	filter                         *benchproc.Filter
	tableBy, rowBy, colBy, residue *benchproc.Projection
	unitField                      *benchproc.Field

	tables map[benchproc.Key]*sheet

	config   []benchfmt.Config // of the line before, values copied
	configID map[string]int
	byConfig []map[string]*route
	names    map[string]*route // of the present configuration
	units    []*unitList       // all there are
}

// route is where the values of a line go.
type route struct {
	units *unitList
	cells []*sheetCell // nil where the filter drops the value
	next  *route       // same name, other units
}

// unitList is what the values of a line are in.
type unitList struct {
	written []string // as in the file
	tidied  []string
	factor  []float64 // from written to tidied; 0 if other values in this unit would be tidied
}

// sheet is one table.
type sheet struct {
	key  benchproc.Key // its unit included
	unit string
	rows []*sheetRow
	cols []benchproc.Key

	rowOf map[benchproc.Key]*sheetRow
	colOf map[benchproc.Key]int // where in the cells of a row
	foot  []sheetFoot           // a column each
}

type sheetRow struct {
	key   benchproc.Key
	cells []*sheetCell // as colOf says, nil or not even there where nothing was measured
}

type sheetCell struct {
	numbers
	residue benchproc.Key   // what was pooled,
	pooled  []benchproc.Key // and more, in part repeated

	base       *sheetCell // the first column's in this row, if this is another
	sample     benchmath.Sample
	summary    benchmath.Summary
	comparison benchmath.Comparison
}

// sheetFoot is the geometric mean of a column.
type sheetFoot struct {
	center, ratio       float64
	hasCenter, hasRatio bool
	warnings            []error
}

// projections are the flags that benchstat and report table share.
type projections struct{ filter, table, row, col, ignore string }

func newTally(p projections) (*tally, error) {
	t := &tally{tables: map[benchproc.Key]*sheet{}, configID: map[string]int{}}
	var err error
	if t.filter, err = benchproc.NewFilter(p.filter); err != nil {
		return nil, fmt.Errorf("-filter: %w", err)
	}
	var parser benchproc.ProjectionParser
	if t.tableBy, t.unitField, err = parser.ParseWithUnit(p.table, t.filter); err != nil {
		return nil, fmt.Errorf("-table: %w", err)
	}
	if t.rowBy, err = parser.Parse(p.row, t.filter); err != nil {
		return nil, fmt.Errorf("-row: %w", err)
	}
	if t.colBy, err = parser.Parse(p.col, t.filter); err != nil {
		return nil, fmt.Errorf("-col: %w", err)
	}
	if _, err = parser.Parse(p.ignore, t.filter); err != nil {
		return nil, fmt.Errorf("-ignore: %w", err)
	}
	t.residue = parser.Residue()
	return t, nil
}

// add takes a line in. It changes the result's values.
func (t *tally) add(r *benchfmt.Result) {
	if t.names == nil || !sameConfig(t.config, r.Config) {
		t.switchConfig(r.Config)
	}
	first := t.names[string(r.Name)]
	w := first
	for w != nil && !w.units.fit(r.Values) {
		w = w.next
	}
	values := r.Values
	if w == nil {
		values = append([]benchfmt.Value(nil), r.Values...)
		w = t.route(r)
		w.next = first
		t.names[string(r.Name)] = w
	}
	for i, c := range w.cells {
		if c != nil {
			c.addTidied(values[i].Value)
		}
	}
}

func sameConfig(a, b []benchfmt.Config) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Key != b[i].Key || !bytes.Equal(a[i].Value, b[i].Value) {
			return false
		}
	}
	return true
}

// switchConfig makes names those of another configuration.
func (t *tally) switchConfig(config []benchfmt.Config) {
	var key []byte
	t.config = t.config[:0]
	for _, c := range config {
		key = fmt.Appendf(key, "%q%q", c.Key, c.Value)
		c.Value = bytes.Clone(c.Value)
		t.config = append(t.config, c)
	}
	id, ok := t.configID[string(key)]
	if !ok {
		id = len(t.byConfig)
		t.configID[string(key)] = id
		t.byConfig = append(t.byConfig, map[string]*route{})
	}
	t.names = t.byConfig[id]
}

func (u *unitList) fit(values []benchfmt.Value) bool {
	if len(u.tidied) != len(values) {
		return false
	}
	for i, v := range values {
		if u.tidied[i] != v.Unit || v.OrigUnit != "" && u.written[i] != v.OrigUnit {
			return false
		}
	}
	return true
}

func (t *tally) unitList(values []benchfmt.Value) *unitList {
	for _, u := range t.units {
		if u.fit(values) {
			return u
		}
	}
	u := &unitList{}
	for _, v := range values {
		written := cmp.Or(v.OrigUnit, v.Unit)
		factor, tidied := benchunit.Tidy(1, written)
		if tidied != v.Unit { // a Reader does not tidy 0
			factor = 0
		}
		u.written, u.tidied, u.factor = append(u.written, written), append(u.tidied, v.Unit), append(u.factor, factor)
	}
	t.units = append(t.units, u)
	return u
}

// route asks filter and projections where the values of r belong.
func (t *tally) route(r *benchfmt.Result) *route {
	w := &route{units: t.unitList(r.Values), cells: make([]*sheetCell, len(r.Values))}
	match, _ := t.filter.Match(r)
	var kept []int
	for i := range r.Values {
		if match.Test(i) {
			kept = append(kept, i)
		}
	}
	if len(kept) == 0 {
		return w
	}
	match.Apply(r)
	tables := t.tableBy.ProjectValues(r)
	row, col := t.rowBy.Project(r), t.colBy.Project(r)
	residue := t.residue.Project(r)
	for i, key := range tables {
		g := t.tables[key]
		if g == nil {
			g = &sheet{key: key, unit: key.Get(t.unitField), rowOf: map[benchproc.Key]*sheetRow{}, colOf: map[benchproc.Key]int{}}
			t.tables[key] = g
		}
		w.cells[kept[i]] = g.cell(row, col, residue)
	}
	return w
}

// cell returns the cell of a row and a column, for one more thing to pool in it.
func (g *sheet) cell(row, col, residue benchproc.Key) *sheetCell {
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
		r.cells[j].pooled = append(r.cells[j].pooled, residue)
	}
	return r.cells[j]
}

// at returns the cell of a row and a column; nil if nothing was measured there.
func (g *sheet) at(r *sheetRow, col benchproc.Key) *sheetCell {
	if j := g.colOf[col]; j < len(r.cells) {
		return r.cells[j]
	}
	return nil
}

// sheets finishes all tables. The tally is used up.
func (t *tally) sheets(units benchfmt.UnitMetadataMap, level float64, thresholds *benchmath.Thresholds) []*sheet {
	t.byConfig, t.names = nil, nil // the memory is needed
	var keys []benchproc.Key
	for k := range t.tables {
		keys = append(keys, k)
	}
	benchproc.SortKeys(keys)
	var all []*sheet
	var ranks rankTests
	for _, k := range keys {
		g := t.tables[k]
		all = append(all, g)
		g.sort()
		assumption := units.GetAssumption(g.unit)
		inParallel(g.rows, func(r *sheetRow) {
			for _, c := range r.cells {
				if c == nil {
					continue
				}
				c.sample = *benchmath.NewSample(c.values(), thresholds)
				if name := varying(c); name != "" {
					c.sample.Warnings = []error{errors.New("benchmarks vary in " + name)}
				}
				c.summary = assumption.Summary(&c.sample, level)
			}
			base := g.at(r, g.cols[0])
			for _, c := range r.cells {
				switch {
				case c == nil || c == base || base == nil:
					continue
				case assumption == benchmath.AssumeNothing:
					c.comparison = ranks.compare(&base.sample, &c.sample)
				default:
					c.comparison = assumption.Compare(&base.sample, &c.sample)
				}
				c.base = base
			}
			for _, c := range r.cells {
				if c != nil {
					c.numbers, c.sample.Values = numbers{}, nil // the memory is needed
				}
			}
		})
		g.addFoot()
	}
	return all
}

// sort puts rows and columns in the order that the projections ask for. Most often
// they are in it.
func (g *sheet) sort() {
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
func varying(c *sheetCell) string {
	if len(c.pooled) == 0 {
		return ""
	}
	var names []string
	for _, f := range benchproc.NonSingularFields(append(c.pooled, c.residue)) {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// inParallel calls do on all items, on as many CPUs as there are.
func inParallel[T any](items []T, do func(T)) {
	var wg sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for i := range n {
		part := items[i*len(items)/n : (i+1)*len(items)/n]
		wg.Go(func() {
			for _, x := range part {
				do(x)
			}
		})
	}
	wg.Wait()
}

// rankTests remembers the results of rank-sum tests. The outcome depends on nothing
// but how the two samples interleave, and few cells do so in a new way; computing the
// exact distribution is most of what benchstat does.
type rankTests struct{ known sync.Map }

func (t *rankTests) compare(a, b *benchmath.Sample) benchmath.Comparison {
	if max(len(a.Values), len(b.Values)) > stats.MannWhitneyExactLimit {
		return benchmath.AssumeNothing.Compare(a, b)
	}
	key := interleaving(a.Values, b.Values)
	if c, ok := t.known.Load(key); ok {
		return c.(benchmath.Comparison)
	}
	c := benchmath.AssumeNothing.Compare(a, b)
	t.known.Store(key, c)
	return c
}

// interleaving is all that the test sees of two ascending samples: how many values
// there are, the rank sum of the first and the sizes of the ties. A rank sum and its
// mirror image have one p-value, so they share an entry.
func interleaving(a, b []float64) string {
	var buffer [128]byte // enough for two samples of moremath's exact limit
	key := append(buffer[:0], byte(len(a)), byte(len(b)))
	double := 0 // twice the rank sum of a
	var ties []byte
	tied := false
	for i, j, rank := 0, 0, 0; i < len(a) || j < len(b); {
		v := math.Inf(1)
		if i < len(a) {
			v = a[i]
		}
		if j < len(b) {
			v = min(v, b[j])
		}
		na, n := 0, 0
		for ; i < len(a) && a[i] == v; i++ {
			na++
			n++
		}
		for ; j < len(b) && b[j] == v; j++ {
			n++
		}
		double += na * (2*rank + n + 1)
		rank += n
		ties = append(ties, byte(n))
		tied = tied || n > 1
	}
	key = append(key, byte(double), byte(double>>8))
	if tied {
		key = append(key, ties...)
	}
	return string(key)
}

// addFoot sets the geometric means. Ratios are averaged, not means divided: columns
// need not have the same rows.
func (g *sheet) addFoot() {
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
