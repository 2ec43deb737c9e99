package main

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
)

// costLine is what one entrant costs along an axis.
type costLine struct {
	dot            // at any one value: for name and look
	x    []float64 // places on the chart's axis
	dots []dot
	over []float64 // cost over that of the fastest eligible one there
}

// costChart is everything a chart along an axis shows.
type costChart struct {
	pattern   *catalog.Pattern
	situation *catalog.Situation
	axis      catalog.Axis
	scale     zeroScale
	lines     []costLine
	alone     bool   // one line, which is the fastest all along
	cost      extent // of all lines, so that parts share their axes
	over      extent
	crossings []axisFlip
	by        measure
	floors    []floorPoint
	data      table
}

// floorPoint is a floor at one value of the axis; +Inf if it is the same all along.
type floorPoint struct {
	title string
	x     float64
	value float64
}

// costFigures shows cost against the situation's axis; none if it was not varied.
func (m *model) costFigures(p *catalog.Pattern, s *catalog.Situation) []figure {
	values := slices.DeleteFunc(m.axis(p, s), func(v axisValue) bool { // such as rates at which no tail is known
		return len(m.field(setting{pattern: p, situation: s, value: v.text, place: m.placeOf(p)})) == 0
	})
	if len(values) < 2 {
		return nil
	}
	chart := costChart{pattern: p, situation: s, axis: axisOf(p, s), scale: newZeroScale(values), cost: newExtent(), over: newExtent()}
	for _, f := range m.axisFlips(m.at(p, s)) {
		if f.at > 0 {
			chart.crossings = append(chart.crossings, f)
		}
	}
	chart.by, _ = m.measureOf(m.at(p, s))
	m.measureAlong(&chart)
	if len(chart.lines) == 0 {
		return nil
	}
	left := chart.arrange()
	chart.alone = len(chart.lines) == 1
	return m.costParts(chart, m.costCaption(chart, left))
}

// measureAlong fills in what everybody costs at each value of the axis, and the floors.
func (m *model) measureAlong(chart *costChart) {
	p, s := chart.pattern, chart.situation
	at := map[entrant]int{}
	chart.data = table{Head: []string{"entrant", axisHeading(chart.axis), "median", "from", "to", "× fastest"}, Number: []bool{false, true, true, true, true, true}}
	for _, v := range chart.scale.values {
		set := setting{pattern: p, situation: s, value: v.text, place: m.placeOf(p)}
		field := m.field(set)
		if len(field) == 0 {
			continue
		}
		for _, f := range m.floors(set, field[0].measure) {
			x := math.Inf(1)
			if f.Keys[s.Axis] != "" {
				x = chart.scale.place(v.x)
			}
			chart.cost.add(f.Median())
			chart.floors = append(chart.floors, floorPoint{f.Title, x, f.Median()})
		}
		fastest, ok := bestOf(field, func(c contender) bool { return c.eligible })
		if !ok {
			fastest, _ = bestOf(field, everybody)
		}
		for _, d := range m.dots(p, field) {
			if _, ok := at[d.entrant]; !ok {
				at[d.entrant] = len(chart.lines)
				chart.lines = append(chart.lines, costLine{dot: d})
			}
			line := &chart.lines[at[d.entrant]]
			line.x = append(line.x, chart.scale.place(v.x))
			line.dots = append(line.dots, d)
			over := d.cost().Median() / fastest.cost().Median()
			line.over = append(line.over, over)
			chart.data.Rows = append(chart.data.Rows, []cell{code(d.String()), {Text: onAxis(v.x, chart.axis), Key: v.x}, valueCell(d.Center, d.measure), boundCell(d.Lo, d.measure), boundCell(d.Hi, d.measure), {Text: spell.Factor(over), Key: over}})
		}
	}
}

// costParts makes a figure for every eight lines or so.
func (m *model) costParts(chart costChart, caption string) (figures []figure) {
	p, s := chart.pattern, chart.situation
	title := fmt.Sprintf("%s, against %s", cmp.Or(allAlong(s), p.Name), chart.axis.Title)
	note := spell.Sentence(chart.by.title(p.Op)) + ", median and 95 % interval"
	height := vg.Length(250)
	if !chart.alone {
		note += fmt.Sprintf("; below, in multiples of the fastest, %s× and more at the upper edge", spell.Short(offScale))
		height = 440
	}
	note += " · " + m.machineName(p)
	all := parts(chart.lines, seriesShare)
	for i, lines := range all {
		title := partTitle(title, i, len(all))
		part := chart
		part.lines = lines
		var entries []legendEntry
		for j := range part.lines {
			entries = append(entries, entriesOf([]dot{part.lines[j].dot})...)
		}
		for k, title := range part.floorTitles() {
			entries = append(entries, legendEntry{text: "floor: " + shorten(title, 40), style: floorStyle(k)})
		}
		const w = vg.Length(540)
		figures = append(figures, figure{
			Name:    partName(figureName(s, "cost"), i),
			Title:   spell.Under(p.Name, title),
			Caption: caption,
			Data:    chart.data,
			w:       w,
			h:       headerHeight(w, title, note) + height + legendHeight(entries, w-2*margin) + margin,
			draw: func(c draw.Canvas) {
				part.draw(drawLegend(header(c, title, note), entries))
			},
		})
	}
	return figures
}

// arrange puts those measured all along first: only they can cross, and the first part
// is the one that people look at. No part is made of single points, which the chart of
// dots has: it returns whom it leaves out.
func (c *costChart) arrange() (left []string) {
	slices.SortStableFunc(c.lines, func(a, b costLine) int {
		return cmp.Or(cmp.Compare(len(b.x), len(a.x)), cmp.Compare(a.over[0], b.over[0]))
	})
	kept := min(seriesShare, len(c.lines))
	for kept < len(c.lines) && len(c.lines[kept].x) > 1 {
		kept++
	}
	for _, line := range c.lines[kept:] {
		left = append(left, line.String())
	}
	c.lines = c.lines[:kept]
	for _, line := range c.lines {
		for i, d := range line.dots {
			c.cost.add(d.Center, d.Lo, d.Hi)
			c.over.add(line.over[i])
		}
	}
	return left
}

// allAlong is a situation's name without the place on its axis, if it names that.
func allAlong(s *catalog.Situation) string {
	return strings.TrimSuffix(strings.TrimSuffix(s.Name, s.Axis+" "+s.Point[s.Axis]), ", ")
}

// costCaption says what to look for, and who is left out.
func (m *model) costCaption(chart costChart, left []string) string {
	p, s := chart.pattern, chart.situation
	caption := "The green band is within 10 % of the fastest: the simplest variant inside it is the one to use."
	if chart.alone {
		caption = "Nobody else was measured all along."
	}
	for _, f := range m.axisFlips(m.at(p, s)) {
		caption += " Flips: " + f.text(axisOf(p, s)) + "."
	}
	if len(left) > 0 {
		caption += " Measured at one value only, and shown in the chart of dots: " + spell.List(left) + "."
	}
	return caption
}

// offScale is where the panel of ratios ends. What is dearer stands at its upper edge,
// so that 10 % can be seen.
const offScale = 2.5

// draw draws the costs above and their ratios to the fastest below, on one x axis.
func (ch *costChart) draw(c draw.Canvas) {
	cost, over := newPlot(), newPlot()
	for _, p := range []*plot.Plot{cost, over} {
		p.X.Min, p.X.Max = ch.scale.min, ch.scale.max
		p.X.Scale = plot.LogScale{}
		p.X.Tick.Marker = plot.ConstantTicks(ch.scale.ticks(ch.axis))
	}
	valueAxis(&cost.Y, ch.cost.lo, ch.cost.hi, ch.by.tick, 8)
	over.Y.Min, over.Y.Max = math.Min(1, ch.over.lo)/1.03, math.Min(offScale, math.Max(1.3, ch.over.hi*1.08))
	over.Y.Scale = plot.LogScale{}
	over.Y.Tick.Marker = logTicks{func(x float64) string { return spell.Short(x) + "×" }, 6}

	cost.Add(ch.bands(true), gridLines(true, true), ch.floorLines(), ch.curves(func(l costLine, i int) (y, lo, hi float64) {
		return l.dots[i].Center, l.dots[i].Lo, l.dots[i].Hi
	}))
	over.Add(ch.bands(false), tenPercent(), gridLines(true, true), ch.curves(func(l costLine, i int) (y, lo, hi float64) {
		return l.over[i], 0, 0
	}))
	const strip = 18 // for the crossings' labels, above the data
	xLabel(draw.Crop(c, gutter, 0, 0, 0), axisHeading(ch.axis))
	c = draw.Crop(c, 0, 0, gutter, -strip)
	if ch.alone { // times itself
		yLabel(c, ch.by.title(ch.pattern.Op))
		cost.Draw(draw.Crop(c, gutter, 0, 0, 0))
		return
	}
	split := c.Min.Y + (c.Max.Y-c.Min.Y)*0.42
	upper, lower := c, c
	upper.Min.Y, lower.Max.Y = split+8, split
	yLabel(upper, ch.by.title(ch.pattern.Op))
	yLabel(lower, "times the fastest")
	// Both data areas begin where the wider tick labels end.
	upper, lower = draw.Crop(upper, gutter, 0, 0, 0), draw.Crop(lower, gutter, 0, 0, 0)
	left := max(cost.DataCanvas(upper).Min.X, over.DataCanvas(lower).Min.X)
	cost.Draw(draw.Crop(upper, left-cost.DataCanvas(upper).Min.X, 0, 0, 0))
	over.Draw(draw.Crop(lower, left-over.DataCanvas(lower).Min.X, 0, 0, 0))
}

// curves draws lines and glyphs. The stretch from 0 is dotted: nobody knows what a
// log axis hides there.
func (ch *costChart) curves(value func(l costLine, i int) (y, lo, hi float64)) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		for _, l := range ch.lines {
			for i := 1; i < len(l.x); i++ {
				style := l.line(1.8)
				if ch.scale.isZero(l.x[i-1]) {
					style.Width, style.Dashes = 1, []vg.Length{1, 3}
				}
				from, _, _ := value(l, i-1)
				to, _, _ := value(l, i)
				from, to = max(from, p.Y.Min), max(to, p.Y.Min)
				c.StrokeLines(style, c.ClipLinesY([]vg.Point{{X: x(l.x[i-1]), Y: y(from)}, {X: x(l.x[i]), Y: y(to)}})...)
			}
		}
		for _, l := range ch.lines {
			for i := range l.x {
				at, lo, hi := value(l, i)
				if lo >= p.Y.Min && hi <= p.Y.Max && hi > 0 {
					l.whisker(c, x(l.x[i]), y(lo), x(l.x[i]), y(hi))
				}
				l.mark(c, vg.Point{X: x(l.x[i]), Y: y(max(p.Y.Min, min(at, p.Y.Max)))})
			}
		}
		ch.scale.drawBreak(c, x)
	}
}

// floorTitles are those of the chart's floors, in order.
func (ch *costChart) floorTitles() (titles []string) {
	for _, f := range ch.floors {
		if !slices.Contains(titles, f.title) {
			titles = append(titles, f.title)
		}
	}
	return titles
}

// floorStyle tells the floors of a chart apart: dashes, then dots, then both.
func floorStyle(k int) draw.LineStyle {
	style := floorLine
	dashes := [][]vg.Length{style.Dashes, {1.3, 3}, {8, 3, 1.3, 3}}
	style.Dashes = dashes[k%len(dashes)]
	return style
}

// floorLines draws what the hardware takes: across, or from value to value.
func (ch *costChart) floorLines() drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		for k, title := range ch.floorTitles() {
			style := floorStyle(k)
			var line []vg.Point
			for _, f := range ch.floors {
				switch {
				case f.title != title:
				case math.IsInf(f.x, 1):
					line = []vg.Point{{X: c.Min.X, Y: y(f.value)}, {X: c.Max.X, Y: y(f.value)}}
				default:
					line = append(line, vg.Point{X: x(f.x), Y: y(f.value)})
				}
			}
			if len(line) == 1 {
				line = []vg.Point{{X: line[0].X - 9, Y: line[0].Y}, {X: line[0].X + 9, Y: line[0].Y}}
			}
			c.StrokeLines(style, line)
		}
	}
}

func axisHeading(a catalog.Axis) string {
	if a.Unit != "" && !spelled(a) {
		return a.Title + " (" + a.Unit + ")"
	}
	return a.Title
}

// spelled reports whether the values of an axis are written with their unit, which is
// not the same all along it.
func spelled(a catalog.Axis) bool { return a.Unit == "ns" || a.Unit == "B" || ofRates(a) }

// ofRates reports whether an axis is of rates, not of shares of a capacity.
func ofRates(a catalog.Axis) bool { return a.Key == "rate" && a.Unit == "" }

// tenPercent shades what is within 10 % of the fastest.
func tenPercent() drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		_, y := p.Transforms(&c)
		fill(c, band, c.Min.X, y(1), c.Max.X, min(y(within), c.Max.Y))
	}
}

// bands shades the crossovers' intervals, and says whose they are above the plot.
func (ch *costChart) bands(labelled bool) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, _ := p.Transforms(&c)
		for i, f := range ch.crossings {
			lo, hi := c.Min.X, c.Max.X
			if f.lo > ch.scale.first {
				lo = x(f.lo)
			}
			if f.hi < ch.scale.max {
				hi = x(f.hi)
			}
			at := x(f.at)
			fill(c, cross, lo, c.Min.Y, hi, c.Max.Y)
			c.StrokeLine2(draw.LineStyle{Color: mark, Width: 1.2, Dashes: []vg.Length{4, 2}}, at, c.Min.Y, at, c.Max.Y)
			if !labelled {
				continue
			}
			t := fmt.Sprintf("%v up to %s", f.simpler.entrant, onAxis(f.at, ch.axis))
			if f.above == (f.simpler.entrant == f.to) {
				t = fmt.Sprintf("%v from %s", f.simpler.entrant, onAxis(f.at, ch.axis))
			}
			s := markerStyle
			s.XAlign, s.YAlign = draw.XCenter, draw.YBottom
			half := s.Width(t) / 2
			middle := min(max(at, c.Min.X+half), c.Max.X-half)
			if len(ch.crossings) > 1 { // each on its own side of the line, or they run into each other
				middle = max(at-half+6, c.Min.X+half)
				if i > 0 {
					middle = min(at+half-6, c.Max.X-half)
				}
			}
			c.FillText(s, vg.Point{X: middle, Y: c.Max.Y + 4}, t)
		}
	}
}

func fill(c draw.Canvas, with color.Color, x0, y0, x1, y1 vg.Length) {
	c.FillPolygon(with, []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
}

// zeroScale places the values of an axis on a log scale, and 0 left of the first
// positive one, behind a break.
type zeroScale struct {
	values      []axisValue
	first, zero float64 // the first positive value, and where 0 stands; zero is 0 if there is none
	min, max    float64
}

func newZeroScale(values []axisValue) zeroScale {
	s := zeroScale{values: values}
	for _, v := range values {
		if v.x > 0 && s.first == 0 {
			s.first = v.x
		}
		s.max = v.x
	}
	if s.first == 0 { // 0 alone
		s.first, s.max = 1, 1
	}
	length := math.Max(math.Ln2, stretch(s.first, s.max))
	s.min = s.first
	if values[0].x == 0 {
		s.zero, _ = widened(s.first, s.max, 0.25*length)
		s.min = s.zero
	}
	s.min, s.max = widened(s.min, s.max, 0.05*length)
	return s
}

func (s zeroScale) place(x float64) float64 {
	if x == 0 {
		return s.zero
	}
	return x
}

func (s zeroScale) isZero(place float64) bool { return s.zero > 0 && place == s.zero }

// ticks are the measured values; those that would run into each other have no label.
func (s zeroScale) ticks(a catalog.Axis) []plot.Tick {
	var ticks []plot.Tick
	last := math.Inf(-1)
	room := stretch(s.min, s.max) / 9
	for _, v := range s.values {
		t := plot.Tick{Value: s.place(v.x)}
		if at := math.Log(t.Value); at-last >= room {
			t.Label = spell.Short(v.x)
			if spelled(a) && v.x > 0 {
				t.Label = onAxis(v.x, a)
			}
			last = at
		}
		ticks = append(ticks, t)
	}
	return ticks
}

// drawBreak crosses the axis between 0 and the first positive value.
func (s zeroScale) drawBreak(c draw.Canvas, x func(float64) vg.Length) {
	if s.zero == 0 {
		return
	}
	at := x(math.Sqrt(s.zero * s.first))
	fill(c, color.White, at-3, c.Min.Y-2, at+3, c.Min.Y+2)
	for _, dx := range []vg.Length{-3, 3} {
		c.StrokeLine2(draw.LineStyle{Color: muted, Width: 1}, at+dx-2, c.Min.Y-5, at+dx+2, c.Min.Y+5)
	}
}
