package main

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"crossover/internal/catalog"
)

// okabeIto is the colour-blind-safe palette of Okabe and Ito (2008) without its
// yellow, which is too pale on white.
var okabeIto = [...]color.RGBA{
	{0x00, 0x72, 0xb2, 0xff}, // blue
	{0xd5, 0x5e, 0x00, 0xff}, // vermillion
	{0x00, 0x9e, 0x73, 0xff}, // bluish green
	{0xcc, 0x79, 0xa7, 0xff}, // reddish purple
	{0xe6, 0x9f, 0x00, 0xff}, // orange
	{0x56, 0xb4, 0xe9, 0xff}, // sky blue
	{0x00, 0x00, 0x00, 0xff}, // black
}

// shapes are outlines on a circle of radius 1, by corners; nil is the circle. Five
// shapes and seven colours make 35 pairs.
var shapes = [...][]float64{ // corners in degrees
	nil,
	{45, 135, 225, 315},
	{90, 210, 330},
	{0, 90, 180, 270},
	{30, 150, 270},
}

// look is how an entrant appears in every chart: colour and shape say which
// variant, a dashed line and a white eye that it does not run as a goroutine.
type look struct {
	color  color.Color
	shape  []float64
	hollow bool // for reference
	dashes []vg.Length
}

func (m *model) lookOf(p *catalog.Pattern, c contender) look {
	l := m.looks.Of(p, func() map[string]look { return looksOf(p) })[c.impl]
	l.hollow = !c.eligible
	switch c.as {
	case "process":
		l.dashes = []vg.Length{5, 3}
	case "thread":
		l.dashes = []vg.Length{1.5, 2}
	case "spawn": // of an original, beside fork
		l.dashes = []vg.Length{5, 3}
		l.shape = otherShape(l.shape)
	}
	return l
}

// otherShape is a square for what is none, and a circle for one.
func otherShape(shape []float64) []float64 {
	if len(shape) == 4 {
		return nil
	}
	return shapes[1]
}

// looksOf gives every variant its colour and shape. There are more variants than
// colours: those that are lines in one chart, where one looks for colours, share none
// if that can be helped, nor do lines and single points. Two variants of one colour
// differ in shape.
func looksOf(p *catalog.Pattern) map[string]look {
	lines, all := xyCharts(p)
	names := make([]string, len(p.Variants))
	for i, v := range p.Variants {
		names[i] = v.Name
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(len(lines[b]), len(lines[a])) })
	looks := map[string]look{}
	var wearers [len(okabeIto)]int
	var crowd [len(okabeIto)]map[string]int // who wears the colour, by chart
	for k := range crowd {
		crowd[k] = map[string]int{}
	}
	for _, name := range names {
		clashes := func(k int) (n int) {
			for chart := range all[name] {
				n += crowd[k][chart]
			}
			return n
		}
		best := 0
		for k := range okabeIto {
			if cmp.Or(cmp.Compare(clashes(k), clashes(best)), cmp.Compare(wearers[k], wearers[best])) < 0 {
				best = k
			}
		}
		looks[name] = look{color: okabeIto[best], shape: shapes[(best+wearers[best])%len(shapes)]}
		wearers[best]++
		for chart := range all[name] {
			crowd[best][chart]++
		}
	}
	return looks
}

// xyCharts are the charts along an axis and across GOMAXPROCS and CPUs that show a
// variant, by variant: as a line, and at all.
func xyCharts(p *catalog.Pattern) (lines, all map[string]map[string]bool) {
	lines, all = map[string]map[string]bool{}, map[string]map[string]bool{}
	add := func(to map[string]map[string]bool, impl, chart string) {
		if to[impl] == nil {
			to[impl] = map[string]bool{}
		}
		to[impl][chart] = true
	}
	for _, s := range p.Situations {
		values := map[string]map[string]bool{} // of the axis, by impl
		for _, c := range p.Cases {
			if !slices.Contains(c.Situations, s.ID) {
				continue
			}
			impl, cost, scaling := c.Keys["impl"], figureName(&s, "cost"), figureName(&s, "scaling")
			if c.Scaling {
				add(lines, impl, scaling)
				add(all, impl, scaling)
			}
			add(all, impl, cost)
			if add(values, impl, c.Keys[s.Axis]); len(values[impl]) > 1 {
				add(lines, impl, cost)
			}
		}
	}
	return lines, all
}

func (l look) line(width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: l.color, Width: width, Dashes: l.dashes}
}

const markerRadius = vg.Length(4.5)

// mark draws the entrant's glyph at pt.
func (l look) mark(c draw.Canvas, pt vg.Point) {
	c.Push()
	defer c.Pop()
	c.Translate(pt) // tests count markers by this
	outline := l.outline()
	if l.hollow {
		c.SetColor(color.White)
	} else {
		c.SetColor(l.color)
	}
	c.Fill(outline)
	c.SetLineStyle(draw.LineStyle{Color: l.color, Width: 1.5})
	c.Stroke(outline)
	if l.dashes != nil && !l.hollow { // where there is no line to tell by
		c.SetColor(color.White)
		c.Fill(circle(1.5))
	}
}

func circle(radius vg.Length) (p vg.Path) {
	p.Move(vg.Point{X: radius})
	p.Arc(vg.Point{}, radius, 0, 2*math.Pi)
	p.Close()
	return p
}

func (l look) outline() vg.Path {
	var p vg.Path
	if l.shape == nil {
		return circle(markerRadius)
	}
	for i, degrees := range l.shape {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		at := vg.Point{X: vg.Length(cos) * markerRadius * 1.15, Y: vg.Length(sin) * markerRadius * 1.15}
		if i == 0 {
			p.Move(at)
		} else {
			p.Line(at)
		}
	}
	p.Close()
	return p
}
