package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// dot is one entrant's values in one place.
type dot struct {
	contender
	look
	stat.Summary
}

func (m *model) dots(p *catalog.Pattern, field []contender) (all []dot) {
	for _, c := range field {
		s, err := stat.Summarize(c.values().Values, stat.Confidence)
		if err != nil {
			continue // the reader refuses what Summarize does
		}
		all = append(all, dot{c, m.lookOf(p, c), s})
	}
	return all
}

const rowHeight = vg.Length(23)

// dotRow is a line of a chart of dots: an entrant, or a floor.
type dotRow struct {
	name  string
	dot   *dot // nil for a floor
	value float64
	cost  float64
}

// dotFigures shows what everybody costs in a situation, cheapest on top; then the same
// with the parties pinned.
func (m *model) dotFigures(p *catalog.Pattern, s *catalog.Situation) (figures []figure) {
	set := m.at(p, s)
	free := m.dots(p, m.field(set))
	if len(free) == 0 {
		return nil
	}
	by := free[0].measure
	var rows []dotRow
	for i, d := range free {
		rows = append(rows, dotRow{name: d.String(), dot: &free[i], value: d.Center, cost: d.cost().Median()})
	}
	floors := m.floors(set, by)
	figures = append(figures, m.dotParts(p, s, "dots", s.Name, strings.TrimSpace(s.Note+" "+m.outsideBand(set)), by, rows, floors)...)
	places := m.placements(p, s)
	if len(places) < 2 {
		return figures
	}
	rows = nil
	for _, at := range places {
		set.place = at
		for _, d := range m.dots(p, m.field(set)) {
			if at.pin != "" || measuredPinned(m, set, places, d.entrant) {
				rows = append(rows, dotRow{name: d.String() + ", " + pins[at.pin], dot: &d, value: d.Center, cost: d.cost().Median()})
			}
		}
	}
	note := "The same with the parties where they are put: both on one CPU, on different ones, or free to move. A free pair flips between the two."
	return append(figures, m.dotParts(p, s, "pins", s.Name+", by placement", note, by, rows, floors)...)
}

// outsideBand explains why who is advised may stand outside the band, which goes by medians.
func (m *model) outsideBand(set setting) string {
	c, ok := choose(m.field(set))
	if !ok || c.use == nil || c.use.cost().Median() <= within*c.fastest.cost().Median() {
		return ""
	}
	r := c.overRival.Ratio.Inverse()
	return fmt.Sprintf("By its median %v is outside the band; the decision compares round by round, where it costs %s (%s) of %v.", c.use.entrant, spell.Factor(r.Est), spell.Interval(r), c.rival.entrant)
}

// mostRows is how many rows a chart of dots has; more are split.
const mostRows = 50

func (m *model) dotParts(p *catalog.Pattern, s *catalog.Situation, kind, title, caption string, by measure, rows []dotRow, floors []floor) (figures []figure) {
	slices.SortStableFunc(rows, func(a, b dotRow) int { return cmp.Compare(a.cost, b.cost) })
	all := parts(rows, mostRows)
	for i, part := range all {
		figures = append(figures, m.dotFigure(p, s, partName(kind, i), partTitle(title, i, len(all)), caption, by, slices.Clone(part), floors))
	}
	return figures
}

// measuredPinned reports whether an entrant was measured in a pinned place too.
func measuredPinned(m *model, set setting, places []place, e entrant) bool {
	for _, at := range places[1:] {
		set.place = at
		if slices.ContainsFunc(m.field(set), func(c contender) bool { return c.entrant == e }) {
			return true
		}
	}
	return false
}

func (m *model) dotFigure(p *catalog.Pattern, s *catalog.Situation, kind, title, caption string, by measure, rows []dotRow, floors []floor) figure {
	note := fmt.Sprintf("%s, median and 95 %% interval; green: within 10 %% of the fastest · %s", spell.Sentence(by.title(p.Op)), m.machineName(p))
	data := table{Head: []string{"entrant", "median", "from", "to", "samples"}, Number: []bool{false, true, true, true, true}}
	reference, capped := false, false
	for i, r := range rows {
		reference = reference || r.dot.hollow
		if r.dot.capped() {
			capped = true
			rows[i].name += " †"
		}
		data.Rows = append(data.Rows, []cell{code(rows[i].name), valueCell(r.value, by), boundCell(r.dot.Lo, by), boundCell(r.dot.Hi, by), text(fmt.Sprint(r.dot.N))})
	}
	for _, f := range floors {
		rows = append(rows, dotRow{name: "floor: " + shorten(f.Title, 26), value: f.Median()})
		data.Rows = append(data.Rows, []cell{text("floor: " + f.Title), valueCell(f.Median(), by), text(""), text(""), text(fmt.Sprint(len(f.Values)))})
	}
	if reference {
		note += " · hollow: for reference"
	}
	if capped {
		note += " · †: capped, ended at its time limit"
	}
	if len(floors) > 0 {
		note += " · dashed: floor"
	}
	if by.higher {
		note += " · more is better"
	}
	const w = vg.Length(480)
	return figure{
		Name:    figureName(s, kind),
		Title:   spell.Under(p.Name, title),
		Caption: caption,
		Data:    data,
		w:       w,
		h:       headerHeight(w, title, note) + vg.Length(len(rows))*rowHeight + 26 + margin,
		draw: func(c draw.Canvas) {
			drawDots(header(c, title, note), by, rows)
		},
	}
}

func valueCell(v float64, by measure) cell {
	return cell{Text: spell.Quantity(v, by.unit), Key: v}
}

// boundCell is an end of an interval, which may be open.
func boundCell(v float64, by measure) cell {
	if math.IsInf(v, 0) {
		return text("–")
	}
	return valueCell(v, by)
}

// shorten cuts words off the end.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ,;") + "…"
}

// drawDots draws a row each; the value stands in a column at the right.
func drawDots(c draw.Canvas, by measure, rows []dotRow) {
	var values, factors []string
	e := newExtent()
	var names []plot.Tick
	first := max(0, slices.IndexFunc(rows, func(r dotRow) bool { return r.dot != nil && r.dot.eligible })) // where the band begins
	for i, r := range rows {
		values, factors = append(values, spell.Quantity(r.value, by.unit)), append(factors, "")
		if f := r.cost / rows[first].cost; i != first && r.dot != nil && f > 0 && !math.IsInf(f, 0) {
			factors[i] = spell.Factor(f)
		}
		e.add(r.value)
		if r.dot != nil {
			e.add(r.dot.Lo, r.dot.Hi)
		}
		names = append(names, plot.Tick{Value: float64(len(rows) - 1 - i), Label: squeeze(r.name, (c.Max.X-c.Min.X)/2)})
	}
	valueColumn, factorColumn := widest(values), widest(factors)
	const gap, tickRoom = 14, 46
	var labels []string
	for _, n := range names {
		labels = append(labels, n.Label)
	}
	room := c.Max.X - c.Min.X - widest(labels) - valueColumn - factorColumn - 3*gap
	p := newPlot()
	valueAxis(&p.X, e.lo, e.hi, by.tick, min(6, max(3, int(room/tickRoom))))
	if 0 < e.lo && e.hi < 2*e.lo {
		// Dots, unlike bars, need no 0 to be read, and close ones need the room.
		p.X.Min, p.X.Max = e.lo-(e.hi-e.lo)*0.15, e.hi+(e.hi-e.lo)*0.1
		p.X.Min, p.X.Max = min(p.X.Min, e.lo*0.95), max(p.X.Max, e.lo*1.15)
	}
	within := func(v float64) float64 { return min(max(v, p.X.Min), p.X.Max) }
	p.Y.Min, p.Y.Max = -0.5, float64(len(rows))-0.5
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	p.Y.Tick.Label.Color, p.Y.Tick.Label.Font = ink, labelStyle.Font
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.Add(closeTo(by, rows), gridLines(true, false), drawing(func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		for i, r := range rows {
			at := y(names[i].Value)
			rowText(c, labelStyle, c.Max.X+gap+valueColumn, at, values[i])
			rowText(c, faintStyle, c.Max.X+gap+valueColumn+gap+factorColumn, at, factors[i])
			place := x(within(r.value)) // 0 has no place on a log axis but its edge
			if r.dot == nil {
				c.StrokeLine2(floorLine, place, c.Min.Y, place, c.Max.Y)
				continue
			}
			if d := r.dot; !math.IsInf(d.Lo, 0) && !math.IsInf(d.Hi, 0) {
				d.whisker(c, x(within(d.Lo)), at, x(within(d.Hi)), at)
			}
			r.dot.mark(c, vg.Point{X: place, Y: at})
		}
	}))
	p.Draw(draw.Crop(c, 0, -gap-valueColumn-gap-factorColumn, 0, 0))
}

var floorLine = draw.LineStyle{Color: muted, Width: 1.3, Dashes: []vg.Length{5, 3}}

// whisker draws an interval.
func (l look) whisker(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	c.StrokeLine2(draw.LineStyle{Color: l.color, Width: 2}, x0, y0, x1, y1)
}

// rowText writes t flush right of x, level with the tick labels of a row: those stand
// a descent above the middle.
func rowText(c draw.Canvas, s draw.TextStyle, x, y vg.Length, t string) {
	s.XAlign, s.YAlign = draw.XRight, draw.YCenter
	c.FillText(s, vg.Point{X: x, Y: y + s.FontExtents().Descent}, t)
}

// squeeze takes out of the middle of a name what has no room: names of one table differ
// at their ends more often than not.
func squeeze(name string, room vg.Length) string {
	all := []rune(name)
	short := name
	for cut := 1; labelStyle.Width(short) > room && cut < len(all); cut++ {
		half := (len(all) - cut + 1) / 2
		short = string(all[:half]) + "…" + string(all[half+cut:])
	}
	return short
}

func widest(texts []string) (w vg.Length) {
	for _, t := range texts {
		w = max(w, labelStyle.Width(t))
	}
	return w
}

// closeTo shades what is within 10 % of the fastest eligible entrant.
func closeTo(by measure, rows []dotRow) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, _ := p.Transforms(&c)
		for _, r := range rows {
			if r.dot == nil || !r.dot.eligible || r.value < p.X.Min || r.value == 0 {
				continue
			}
			from, to := r.value, r.value*within
			if by.higher {
				from, to = r.value/within, r.value
			}
			fill(c, band, max(x(from), c.Min.X), c.Min.Y, min(x(to), c.Max.X), c.Max.Y)
			return
		}
	}
}
