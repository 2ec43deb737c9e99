package main

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"image/color"
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"crossover/internal/catalog"
)

// figure is one chart, drawn on demand. Lengths are CSS pixels.
type figure struct {
	Name    string // file name without extension
	Title   string
	Caption string // what it shows and how to read it
	Data    table  // the same in figures
	w, h    vg.Length
	draw    func(draw.Canvas)
}

// figureName is unique in a report because the situation's id is.
func figureName(s *catalog.Situation, kind string) string { return s.ID + "-" + kind }

// figures are all charts of a situation that have data: what everybody costs, along the
// axis, across places, by latency, and CPU time against throughput.
func (m *model) figures(p *catalog.Pattern, s *catalog.Situation) (all []figure) {
	for _, kind := range []func(*catalog.Pattern, *catalog.Situation) []figure{
		m.dotFigures, m.costFigures, m.scalingFigures, m.latencyFigures, m.loadFigures, m.paretoFigures,
	} {
		all = append(all, kind(p, s)...)
	}
	return all
}

var (
	svgSize = regexp.MustCompile(`(?s)^.*?<svg width="([0-9.]+)pt" height="([0-9.]+)pt"`)
	svgFont = []byte("font-family:Liberation Sans;")
)

// svg draws the figure as a document that looks the same without the Liberation
// fonts: those named after it have the same widths, or nearly.
func (f figure) svg() ([]byte, error) {
	c := vgsvg.New(f.w, f.h)
	f.paint(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, err
	}
	out := bytes.ReplaceAll(bytes.Map(inXML, b.Bytes()), svgFont, []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	size := svgSize.FindSubmatch(out)
	if size == nil {
		return nil, errors.New("the SVG has no size where it used to be")
	}
	// No XML declaration, so that it can stand in HTML as it is.
	head := fmt.Sprintf(`<svg role="img" aria-label="%s" width="%s" height="%s"`, html.EscapeString(strings.Map(inXML, f.Title)), size[1], size[2])
	return append([]byte(head), out[len(size[0]):]...), nil
}

// inXML is r, or what stands for a character that XML does not have.
func inXML(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' {
		return unicode.ReplacementChar
	}
	return r
}

// png draws the figure at twice its size.
func (f figure) png() ([]byte, error) {
	c := vgimg.NewWith(vgimg.UseWH(f.w, f.h), vgimg.UseDPI(144))
	f.paint(draw.New(c))
	var b bytes.Buffer
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(&b)
	return b.Bytes(), err
}

func (f figure) paint(c draw.Canvas) {
	// A white card, because the ink is dark and the page may be too.
	c.FillPolygon(color.White, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
	f.draw(c)
}

// Ink.
var (
	ink   = color.RGBA{0x1f, 0x23, 0x28, 0xff}
	muted = color.RGBA{0x59, 0x63, 0x6e, 0xff}
	faded = color.RGBA{0xb6, 0xbd, 0xc5, 0xff} // who is not named
	grid  = color.RGBA{0xe3, 0xe6, 0xea, 0xff}
	band  = color.RGBA{0xe4, 0xf2, 0xe7, 0xff} // within 10 % of the fastest
	cross = color.RGBA{0xfb, 0xe9, 0xc6, 0xff} // interval of a crossover
	mark  = color.RGBA{0x8a, 0x5a, 0x00, 0xff} // its estimate
)

const margin = vg.Length(14)

// style is text of a size in a colour.
func style(size vg.Length, c color.Color, bold bool) draw.TextStyle {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return draw.TextStyle{Color: c, Font: f, Handler: plot.DefaultTextHandler}
}

var (
	titleStyle  = style(14, ink, true)
	noteStyle   = style(11, muted, false)
	labelStyle  = style(12, ink, false)
	faintStyle  = style(12, muted, false)
	tickStyle   = style(11, muted, false)
	markerStyle = style(11, mark, true)
)

// putText writes a line with its top left corner at x, y.
func putText(c draw.Canvas, s draw.TextStyle, x, y vg.Length, t string) {
	s.XAlign, s.YAlign = draw.XLeft, draw.YTop
	c.FillText(s, vg.Point{X: x, Y: y}, t)
}

const (
	lineHeight = 1.35
	headerGap  = vg.Length(10)
)

// headerHeight is what header takes of a figure of width w, its margin included.
func headerHeight(w vg.Length, title string, notes ...string) vg.Length {
	h := margin + headerGap
	for i, t := range append([]string{title}, notes...) {
		s := headerStyle(i)
		h += vg.Length(len(wrapTo(s, t, w-2*margin))) * s.Font.Size * lineHeight
	}
	return h
}

func headerStyle(line int) draw.TextStyle {
	if line == 0 {
		return titleStyle
	}
	return noteStyle
}

// header writes title and notes, wrapped, and returns what is left of c below.
func header(c draw.Canvas, title string, notes ...string) draw.Canvas {
	c = draw.Crop(c, margin, -margin, margin, -margin)
	for i, t := range append([]string{title}, notes...) {
		s := headerStyle(i)
		for _, line := range wrapTo(s, t, c.Max.X-c.Min.X) {
			putText(c, s, c.Min.X, c.Max.Y, line)
			c.Max.Y -= s.Font.Size * lineHeight
		}
	}
	c.Max.Y -= headerGap
	return c
}

// wrapTo breaks t at spaces into lines no wider than width; a word that is wider is cut.
func wrapTo(s draw.TextStyle, t string, width vg.Length) []string {
	for n := len(t); n > 8; n-- {
		lines := wrap(t, n)
		fits := true
		for _, l := range lines {
			fits = fits && s.Width(l) <= width
		}
		if fits {
			return lines
		}
	}
	var lines []string
	for _, word := range strings.Fields(t) {
		letters := []rune(word)
		for len(letters) > 1 && s.Width(string(letters)+"…") > width {
			letters = letters[:len(letters)-1]
		}
		if len(letters) < utf8.RuneCountInString(word) {
			word = string(letters) + "…"
		}
		if n := len(lines); n > 0 && s.Width(lines[n-1]+" "+word) <= width {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// newPlot is an empty plot in the house style.
func newPlot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		tick := a.Tick.Label
		a.Tick.Label = tickStyle
		a.Tick.Label.XAlign, a.Tick.Label.YAlign = tick.XAlign, tick.YAlign
		a.LineStyle.Color, a.Tick.LineStyle.Color = muted, muted
		a.Tick.Length = 4
		a.Padding = 0
	}
	return p
}

const gutter = vg.Length(17) // for an axis label

// yLabel writes an axis label upwards along the left edge of c. gonum's own reserves
// room in the wrong place if the axis is logarithmic.
func yLabel(c draw.Canvas, t string) {
	s := noteStyle
	s.Rotation, s.XAlign, s.YAlign = math.Pi/2, draw.XCenter, draw.YTop
	c.FillText(s, vg.Point{X: c.Min.X, Y: c.Center().Y}, t)
}

// xLabel writes an axis label along the lower edge of c.
func xLabel(c draw.Canvas, t string) {
	s := noteStyle
	s.XAlign, s.YAlign = draw.XCenter, draw.YBottom
	c.FillText(s, vg.Point{X: c.Center().X, Y: c.Min.Y}, t)
}

// drawing is a plotter made of a function.
type drawing func(c draw.Canvas, p *plot.Plot)

func (d drawing) Plot(c draw.Canvas, p *plot.Plot) { d(c, p) }

// gridLines draws a line at each labelled tick of the axes asked for.
func gridLines(x, y bool) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		line := draw.LineStyle{Color: grid, Width: 1}
		trX, trY := p.Transforms(&c)
		if x {
			for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
				if at := trX(t.Value); !t.IsMinor() && c.ContainsX(at) {
					c.StrokeLine2(line, at, c.Min.Y, at, c.Max.Y)
				}
			}
		}
		if y {
			for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
				if at := trY(t.Value); !t.IsMinor() && c.ContainsY(at) {
					c.StrokeLine2(line, c.Min.X, at, c.Max.X, at)
				}
			}
		}
	}
}

// seriesShare is how many series one panel shows at most; more are split.
const seriesShare = 8

// parts splits a list into as few parts as have at most so many each, evenly.
func parts[T any](all []T, most int) [][]T {
	return divided(all, (len(all)+most-1)/most)
}

// divided splits a list into n parts, evenly.
func divided[T any](all []T, n int) (out [][]T) {
	for i := range n {
		out = append(out, all[i*len(all)/n:(i+1)*len(all)/n])
	}
	return out
}

// partName numbers a figure's name if it is one of several; the first, which has the
// fastest, keeps the name that verdicts link to.
func partName(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, i+1)
}

// partTitle says of a figure that it is one of several.
func partTitle(title string, i, of int) string {
	if of < 2 {
		return title
	}
	return fmt.Sprintf("%s (%d of %d)", title, i+1, of)
}
