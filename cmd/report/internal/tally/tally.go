// Package tally makes tables of any benchmark results, with benchstat's projections and, to the
// byte, benchstat's numbers: faster, and in less memory.
package tally

import (
	"bytes"
	"cmp"
	"fmt"
	"runtime/debug"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchproc"
	"golang.org/x/perf/benchunit"

	"crossover/internal/parallel"
)

// A Tally sorts results into the cells of tables, as benchstat does. What benchstat
// asks of each line, whether it passes and where it belongs, is asked here once per
// distinct configuration, name and list of units: a file has few of them and many
// lines.
type Tally struct {
	filter                         *benchproc.Filter
	tableBy, rowBy, colBy, residue *benchproc.Projection
	unitField                      *benchproc.Field

	tables map[benchproc.Key]*Sheet

	config   []benchfmt.Config // of the line before, values copied
	configID map[string]int
	byConfig []map[string]*route
	names    map[string]*route // of the present configuration
	before   *route            // of the line before, never nil
	routes   int               // how many there were
	units    []*unitList       // all there are
}

// route is where the values of a line go.
type route struct {
	name  string
	units *unitList
	cells []*sheetCell // nil where the filter drops the value
	next  *route       // same name, other units
	after *route       // of the line that came next, last time
}

// unitList is what the values of a line are in.
type unitList struct {
	written []string // as in the file
	tidied  []string
	factor  []float64 // from written to tidied; 0 if other values in this unit would be tidied
}

// Projections are the flags that benchstat and report table share.
type Projections struct{ Filter, Table, Row, Col, Ignore string }

// New returns an empty tally. It is an error if a projection does not parse; the error names
// its flag.
func New(p Projections) (*Tally, error) {
	t := &Tally{tables: map[benchproc.Key]*Sheet{}, configID: map[string]int{}, before: &route{}}
	var err error
	if t.filter, err = benchproc.NewFilter(p.Filter); err != nil {
		return nil, fmt.Errorf("-filter: %w", err)
	}
	var parser benchproc.ProjectionParser
	if t.tableBy, t.unitField, err = parser.ParseWithUnit(p.Table, t.filter); err != nil {
		return nil, fmt.Errorf("-table: %w", err)
	}
	if t.rowBy, err = parser.Parse(p.Row, t.filter); err != nil {
		return nil, fmt.Errorf("-row: %w", err)
	}
	if t.colBy, err = parser.Parse(p.Col, t.filter); err != nil {
		return nil, fmt.Errorf("-col: %w", err)
	}
	if _, err = parser.Parse(p.Ignore, t.filter); err != nil {
		return nil, fmt.Errorf("-ignore: %w", err)
	}
	t.residue = parser.Residue()
	return t, nil
}

// Empty reports whether nothing was tallied.
func (t *Tally) Empty() bool { return len(t.tables) == 0 }

// add takes a line in. It changes the result's values.
func (t *Tally) add(r *benchfmt.Result) {
	if t.names == nil || !sameConfig(t.config, r.Config) {
		t.switchConfig(r.Config)
	}
	w := t.find(r.Name)
	for w != nil && !w.units.fit(r.Values) {
		w = w.next
	}
	values := r.Values
	if w == nil {
		values = append([]benchfmt.Value(nil), r.Values...)
		w = t.open(r)
	}
	for i, c := range w.cells {
		if c != nil {
			c.addRead(values[i], w.units.factor[i])
		}
	}
}

// find returns the first route of a name in the present configuration; nil if there is
// none. Benchmarks that run again do so in the same order, so the one that followed
// last time is looked at first: a million names in a map are never where the cache is.
func (t *Tally) find(name []byte) *route {
	w := t.before.after
	if w == nil || w.name != string(name) {
		if w = t.names[string(name)]; w == nil {
			return nil
		}
		t.before.after = w
	}
	t.before = w
	return w
}

// The heap grows until the tables stand: a small head start of the collector keeps the
// peak low. With many names marking what stays, again and again, would take longer than
// reading, and benchstat needs several times the memory.
const (
	fewNamesGC  = 20 // percent
	manyNamesGC = 100
	manyNames   = 50_000
)

// Frugal makes the collector start early, until the function that it returns is called.
func Frugal() (restore func()) {
	before := debug.SetGCPercent(fewNamesGC)
	return func() { debug.SetGCPercent(before) }
}

// open makes a route for lines like r.
func (t *Tally) open(r *benchfmt.Result) *route {
	if t.routes++; t.routes == manyNames {
		debug.SetGCPercent(manyNamesGC) // frugal's caller sets it back
	}
	w := t.route(r)
	first := t.names[w.name]
	if first == nil {
		t.names[w.name] = w
		t.before.after, t.before = w, w
		return w
	}
	w.next, first.next = first.next, w
	return w
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
func (t *Tally) switchConfig(config []benchfmt.Config) {
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
	t.names, t.before = t.byConfig[id], &route{}
}

func (u *unitList) fit(values []benchfmt.Value) bool {
	if len(u.tidied) != len(values) {
		return false
	}
	for i, v := range values {
		if u.tidied[i] != v.Unit || u.written[i] != cmp.Or(v.OrigUnit, v.Unit) {
			return false
		}
	}
	return true
}

func (t *Tally) unitList(values []benchfmt.Value) *unitList {
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
func (t *Tally) route(r *benchfmt.Result) *route {
	w := &route{name: string(r.Name), units: t.unitList(r.Values), cells: make([]*sheetCell, len(r.Values))}
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
			g = &Sheet{key: key, unit: key.Get(t.unitField), rowOf: map[benchproc.Key]*sheetRow{}, colOf: map[benchproc.Key]int{}, pooled: map[*sheetCell][]benchproc.Key{}}
			t.tables[key] = g
		}
		w.cells[kept[i]] = g.cell(row, col, residue)
	}
	return w
}

// forget drops the routes of a file that was read: the next one's differ in .file.
func (t *Tally) forget() {
	clear(t.configID)
	t.byConfig, t.names, t.before = nil, nil, &route{}
}

// Sheets finishes all tables. The tally is used up.
func (t *Tally) Sheets(units benchfmt.UnitMetadataMap, level float64, thresholds *benchmath.Thresholds) []*Sheet {
	var keys []benchproc.Key
	for k := range t.tables {
		keys = append(keys, k)
	}
	benchproc.SortKeys(keys)
	var all []*Sheet
	e := estimator{level: level, thresholds: thresholds}
	for _, k := range keys {
		g := t.tables[k]
		all = append(all, g)
		g.sort()
		assumption := units.GetAssumption(g.unit)
		parallel.Parts(g.rows, func(part []*sheetRow) { e.estimate(g, part, assumption) })
		g.addFoot()
	}
	return all
}
