package main

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
)

// xyLine is a line with or without glyphs.
type xyLine struct {
	look
	name   string
	line   []xyPoint // what the line goes through
	points []xyPoint // where glyphs stand
}

type xyPoint struct{ x, y, lo, hi float64 }

// xyPanel is lines over two axes.
type xyPanel struct {
	yName  string
	lines  []xyLine
	y      extent // of all panels of its kind
	tick   func(float64) string
	linear bool // from 0
}

// xAxis is the horizontal axis that panels share.
type xAxis struct {
	name     string
	min, max float64
	ticks    []plot.Tick
}

// drawPanels stacks panels over one x axis.
func drawPanels(c draw.Canvas, x xAxis, panels []xyPanel) {
	xLabel(draw.Crop(c, gutter, 0, 0, 0), x.name)
	c = draw.Crop(c, 0, 0, gutter, 0)
	height := (c.Max.Y - c.Min.Y) / vg.Length(len(panels))
	var plots []*plot.Plot
	var areas []draw.Canvas
	left := vg.Length(0)
	for i, panel := range panels {
		p := newPlot()
		p.X.Min, p.X.Max, p.X.Scale = x.min, x.max, plot.LogScale{}
		p.X.Tick.Marker = plot.ConstantTicks(x.ticks)
		valueAxis(&p.Y, panel.y.lo, panel.y.hi, panel.tick, 7)
		if panel.linear {
			p.Y.Scale = plot.LinearScale{}
			p.Y.Min, p.Y.Max = 0, max(1e-9, panel.y.hi)*1.08
			p.Y.Tick.Marker = linearTicks{panel.tick, 6}
		}
		p.Add(gridLines(true, true), panel.plot())
		area := c
		area.Max.Y = c.Max.Y - vg.Length(i)*height
		area.Min.Y = area.Max.Y - height
		if i < len(panels)-1 {
			area.Min.Y += 10
		}
		yLabel(area, panel.yName)
		area = draw.Crop(area, gutter, 0, 0, 0)
		left = max(left, p.DataCanvas(area).Min.X)
		plots, areas = append(plots, p), append(areas, area)
	}
	for i, p := range plots {
		p.Draw(draw.Crop(areas[i], left-p.DataCanvas(areas[i]).Min.X, 0, 0, 0))
	}
}

func (panel xyPanel) plot() drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		in := func(v float64) float64 { return min(max(v, p.Y.Min), p.Y.Max) }
		for _, l := range panel.lines {
			var line []vg.Point
			for _, at := range l.line {
				line = append(line, vg.Point{X: x(at.x), Y: y(in(at.y))})
			}
			c.StrokeLines(l.look.line(1.8), line)
		}
		for _, l := range panel.lines {
			for _, at := range l.points {
				if at.hi > 0 && !math.IsInf(at.hi, 0) && !math.IsInf(at.lo, 0) {
					l.whisker(c, x(at.x), y(in(at.lo)), x(at.x), y(in(at.hi)))
				}
				l.mark(c, vg.Point{X: x(at.x), Y: y(in(at.y))})
			}
		}
	}
}

func legendOf(lines []xyLine) (entries []legendEntry) {
	for i := range lines {
		entries = append(entries, legendEntry{text: lines[i].name, style: lines[i].look.line(2), look: &lines[i].look})
	}
	return entries
}

// panelFigure is a figure of panels.
type panelFigure struct {
	name, title, note, caption string
	pattern                    *catalog.Pattern
	data                       table
	height                     vg.Length
}

func (f panelFigure) figure(x xAxis, panels []xyPanel, entries []legendEntry) figure {
	const w = vg.Length(540)
	return figure{
		Name: f.name, Title: spell.Under(f.pattern.Name, f.title), Caption: f.caption, Data: f.data,
		w: w, h: headerHeight(w, f.title, f.note) + f.height + legendHeight(entries, w-2*margin) + margin,
		draw: func(c draw.Canvas) {
			drawPanels(drawLegend(header(c, f.title, f.note), entries), x, panels)
		},
	}
}
