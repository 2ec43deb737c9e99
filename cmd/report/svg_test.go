package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// matrix is an affine map: x' = a·x + c·y + e, y' = b·x + d·y + f.
type matrix struct{ a, b, c, d, e, f float64 }

func (m matrix) times(n matrix) matrix {
	return matrix{
		m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b,
		m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d,
		m.a*n.e + m.c*n.f + m.e, m.b*n.e + m.d*n.f + m.f,
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

func parseTransform(t *testing.T, s string) matrix {
	t.Helper()
	m := matrix{1, 0, 0, 1, 0, 0}
	for _, call := range strings.SplitAfter(s, ")") {
		call = strings.TrimSpace(call)
		var x, y float64
		switch {
		case call == "":
		case scan(call, "scale(%g, %g)", &x, &y), scan(call, "scale(%g,%g)", &x, &y):
			m = m.times(matrix{x, 0, 0, y, 0, 0})
		case scan(call, "translate(%g, %g)", &x, &y):
			m = m.times(matrix{1, 0, 0, 1, x, y})
		case scan(call, "rotate(%g)", &x):
			sin, cos := math.Sincos(x * math.Pi / 180)
			m = m.times(matrix{cos, sin, -sin, cos, 0, 0})
		default:
			t.Fatalf("unknown transform %q", call)
		}
	}
	return m
}

func scan(s, format string, args ...any) bool {
	n, err := fmt.Sscanf(s, format, args...)
	return err == nil && n == len(args)
}

// drawn is what a chart shows.
type drawn struct {
	w, h    float64
	markers int
	texts   []string
}

// inspect parses an SVG, checks that every text and marker lies within its view box
// and no number is NaN or infinite, and counts.
func inspect(t *testing.T, name string, svg []byte) (d drawn) {
	t.Helper()
	for _, bad := range []string{"NaN", "Inf"} {
		if strings.Contains(string(svg), bad) {
			t.Errorf("%s: holds %s", name, bad)
		}
	}
	stack := []matrix{{1, 0, 0, 1, 0, 0}}
	var label *vgText
	dec := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return d
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			attr := map[string]string{}
			for _, a := range e.Attr {
				attr[a.Name.Local] = a.Value
			}
			m := stack[len(stack)-1].times(parseTransform(t, attr["transform"]))
			stack = append(stack, m)
			switch {
			case e.Name.Local == "svg":
				if !scan(attr["viewBox"], "0 0 %g %g", &d.w, &d.h) {
					t.Fatalf("%s: view box %q", name, attr["viewBox"])
				}
			case e.Name.Local == "g" && strings.HasPrefix(attr["transform"], "translate("):
				d.markers++
				d.within(t, name, "a marker", m, -5, -5, 5, 5)
			case e.Name.Local == "text":
				label = &vgText{m: m, style: attr["style"]}
				if !scan(attr["x"]+" "+attr["y"], "%g %g", &label.x, &label.y) {
					t.Fatalf("%s: text at %q, %q", name, attr["x"], attr["y"])
				}
			}
		case xml.CharData:
			if label != nil {
				s := string(e)
				d.texts = append(d.texts, s)
				size := label.size(t)
				w := style(vg.Length(size), ink, strings.Contains(label.style, "font-weight:bold")).Width(s).Points()
				d.within(t, name, fmt.Sprintf("%q", s), label.m, label.x, label.y-size, label.x+w, label.y+size/4)
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
			label = nil
		}
	}
}

type vgText struct {
	m     matrix
	x, y  float64
	style string
}

func (l *vgText) size(t *testing.T) (size float64) {
	t.Helper()
	_, after, _ := strings.Cut(l.style, "font-size:")
	number, _, _ := strings.Cut(after, "px")
	if !scan(number, "%g", &size) {
		t.Fatalf("text without a size: %q", l.style)
	}
	return size
}

func (d *drawn) within(t *testing.T, name, what string, m matrix, x0, y0, x1, y1 float64) {
	t.Helper()
	const slack = 0.5
	for _, corner := range [][2]float64{{x0, y0}, {x0, y1}, {x1, y0}, {x1, y1}} {
		x, y := m.apply(corner[0], corner[1])
		if x < -slack || y < -slack || x > d.w+slack || y > d.h+slack {
			t.Errorf("%s: %s reaches %.0f, %.0f, outside of %.0f × %.0f", name, what, x, y, d.w, d.h)
			return
		}
	}
}

// TestEveryCaseIsDrawn: a marker for each case with data, and one for each entry of
// the legend, and no more.
func TestEveryCaseIsDrawn(t *testing.T) {
	m := readModel(t)
	seen := map[string]bool{}
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		drawn := map[string]int{}
		for _, f := range m.section(p, func(string) string { return "" }).Figures() {
			if seen[f.Name] {
				t.Errorf("two charts are called %s", f.Name)
			}
			seen[f.Name] = true
			svg, err := f.svg()
			if err != nil {
				t.Fatal(err)
			}
			d := inspect(t, f.Name, svg)
			if len(d.texts) == 0 {
				t.Errorf("%s has no text", f.Name)
			}
			drawn[f.Name] = d.markers
		}
		for j := range p.Situations {
			s := &p.Situations[j]
			here := len(m.field(m.at(p, s)))
			if got := drawn[figureName(s, "dots")]; got != here || here == 0 {
				t.Errorf("%s: %d dots for %d cases", s.ID, got, here)
			}
			along, across := 0, 0
			for _, c := range p.Cases {
				if c.Situations[0] != s.ID {
					continue
				}
				for at := range m.data[c.Name] {
					if at == m.full {
						along++
					}
					if c.Scaling {
						across++
					}
				}
			}
			if s.Axis == "" {
				continue
			}
			const panels = 2 // cost, and ratio to the fastest
			if got, want := drawn[figureName(s, "cost")], panels*along+here; got != want {
				t.Errorf("%s: %d markers along %s, want %d", s.ID, got, s.Axis, want)
			}
			scaling := here
			for _, c := range m.field(m.at(p, s)) {
				if c.as == "process" {
					scaling-- // measured in one place only
				}
			}
			if got, want := drawn[figureName(s, "scaling")], across+scaling; got != want {
				t.Errorf("%s: %d markers across places, want %d", s.ID, got, want)
			}
		}
	}
}
