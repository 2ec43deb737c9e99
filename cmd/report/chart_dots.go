package main

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// dot is one entrant's cost in one place.
type dot struct {
	contender
	look
	stat.Summary
}

func dots(p *catalog.Pattern, field []contender) (all []dot) {
	for _, c := range field {
		s, err := stat.Summarize(c.cost().values, confidence)
		if err != nil {
			continue // the reader refuses what Summarize does
		}
		all = append(all, dot{c, lookOf(p, c), s})
	}
	return all
}

const rowHeight = vg.Length(23)

// dotFigures shows what everybody costs in a situation, cheapest on top.
func (m *model) dotFigures(p *catalog.Pattern, s *catalog.Situation) []figure {
	all := dots(p, m.field(m.at(p, s)))
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b dot) int { return cmp.Compare(a.Center, b.Center) })
	note := fmt.Sprintf("Time per %s, median and 95 %% interval; green: within 10 %% of the fastest · %s", p.Op, m.machineName())
	reference := slices.ContainsFunc(all, func(d dot) bool { return d.hollow })
	if reference {
		note += " · hollow: for reference"
	}
	const w = vg.Length(480)
	return []figure{{
		Name:    figureName(s, "dots"),
		Title:   fmt.Sprintf("%s: %s", p.Name, s.Name),
		Caption: s.Note,
		w:       w,
		h:       headerHeight(w, s.Name, note) + vg.Length(len(all))*rowHeight + 26 + margin,
		draw: func(c draw.Canvas) {
			drawDots(header(c, s.Name, note), all)
		},
	}}
}

// drawDots draws a row each; the value stands in a column at the right.
func drawDots(c draw.Canvas, all []dot) {
	values, factors := []string{duration(all[0].Center)}, []string{""}
	for _, d := range all[1:] {
		values, factors = append(values, duration(d.Center)), append(factors, factor(d.Center/all[0].Center))
	}
	valueColumn, factorColumn := widest(values), widest(factors)
	const gap = 14
	p := newPlot()
	e := newExtent()
	var names []plot.Tick
	for i, d := range all {
		e.add(d.Center, d.Lo, d.Hi)
		names = append(names, plot.Tick{Value: float64(len(all) - 1 - i), Label: d.String()})
	}
	valueAxis(&p.X, e.lo, e.hi, tickDuration, 6)
	if e.hi < 2*e.lo {
		// Dots, unlike bars, need no 0 to be read, and close ones need the room.
		p.X.Min, p.X.Max = e.lo-(e.hi-e.lo)*0.15, e.hi+(e.hi-e.lo)*0.1
		p.X.Min, p.X.Max = min(p.X.Min, e.lo*0.95), max(p.X.Max, e.lo*1.15)
	}
	p.Y.Min, p.Y.Max = -0.5, float64(len(all))-0.5
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	p.Y.Tick.Label.Color, p.Y.Tick.Label.Font = ink, labelStyle.Font
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.Add(closeTo(all), gridLines(true, false), drawing(func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		for i, d := range all {
			at := y(names[i].Value)
			if d.Lo > 0 && d.Hi >= d.Lo && d.Hi <= p.X.Max {
				d.whisker(c, x(d.Lo), at, x(d.Hi), at)
			}
			d.mark(c, vg.Point{X: x(d.Center), Y: at})
			rowText(c, labelStyle, c.Max.X+gap+valueColumn, at, values[i])
			rowText(c, faintStyle, c.Max.X+gap+valueColumn+gap+factorColumn, at, factors[i])
		}
	}))
	p.Draw(draw.Crop(c, 0, -gap-valueColumn-gap-factorColumn, 0, 0))
}

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

func widest(texts []string) (w vg.Length) {
	for _, t := range texts {
		w = max(w, labelStyle.Width(t))
	}
	return w
}

// closeTo shades what is within 10 % of the fastest eligible entrant.
func closeTo(all []dot) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, _ := p.Transforms(&c)
		for _, d := range all {
			if d.eligible {
				fill(c, band, x(d.Center), c.Min.Y, min(x(d.Center*within), c.Max.X), c.Max.Y)
				return
			}
		}
	}
}
