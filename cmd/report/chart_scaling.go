package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// scalingLine is one entrant's throughput with one number of CPUs.
type scalingLine struct {
	dot
	procs []int
	dots  []dot
}

// scalingChart is throughput across GOMAXPROCS, a panel for each number of CPUs.
type scalingChart struct {
	pattern    *catalog.Pattern
	cpus       []int
	procs      []int
	lines      map[int][]scalingLine // by CPUs
	throughput extent                // operations per second, of all parts
	data       table
	ideal      float64 // on one CPU with GOMAXPROCS 1; 0 if nobody measured it
}

// scalingFigures shows throughput across GOMAXPROCS; none if there is one place only, or
// nobody who may be advised was measured in more.
func (m *model) scalingFigures(p *catalog.Pattern, s *catalog.Situation) []figure {
	places := slices.DeleteFunc(m.places(p, s), func(at place) bool { return at.pin != "" })
	if by, _ := m.measureOf(m.at(p, s)); len(places) < 2 || by.unit != study.Cost {
		return nil
	}
	var order []dot // cheapest first in the first place where each appears
	ch := scalingChart{pattern: p, throughput: newExtent(), data: scalingTable(p.Op)}
	set := m.at(p, s)
	byPlace := map[place][]dot{}
	scaled := map[entrant]int{} // places
	for _, at := range places {
		set.place = at
		byPlace[at] = m.dots(p, m.field(set))
		for _, d := range byPlace[at] {
			scaled[d.entrant]++
		}
	}
	for _, at := range places {
		ch.cpus, ch.procs = append(ch.cpus, at.cpus), append(ch.procs, at.procs)
		all := slices.DeleteFunc(byPlace[at], func(d dot) bool { return scaled[d.entrant] < 2 })
		slices.SortStableFunc(all, func(a, b dot) int { return cmp.Compare(a.Center, b.Center) })
		for _, d := range all {
			if !slices.ContainsFunc(order, func(o dot) bool { return o.entrant == d.entrant }) {
				order = append(order, d)
			}
			ch.throughput.add(1/d.Center, 1/d.Lo, 1/d.Hi)
			if at.cpus == 1 && at.procs == 1 {
				ch.ideal = max(ch.ideal, 1/d.Center)
			}
		}
		byPlace[at] = all
		for _, d := range all {
			ch.data.Rows = append(ch.data.Rows, scalingRow(at, d))
		}
	}
	if !slices.ContainsFunc(order, func(d dot) bool { return d.eligible }) {
		return nil // what is there for reference does not stand alone
	}
	slices.Sort(ch.cpus)
	slices.Sort(ch.procs)
	ch.cpus, ch.procs = slices.Compact(ch.cpus), slices.Compact(ch.procs)
	if ch.ideal > 0 {
		ch.throughput.add(ch.ideal, ch.ideal*float64(min(ch.cpus[len(ch.cpus)-1], ch.procs[len(ch.procs)-1])))
	}
	return append(m.cpusFigures(s, ch, order, byPlace), m.scalingParts(s, ch, order, byPlace)...)
}

func scalingTable(op string) table {
	return table{
		Head:   []string{"entrant", "CPUs", "GOMAXPROCS", spell.Plural(op) + " per second", "time per " + op, "from", "to"},
		Number: []bool{false, true, true, true, true, true, true},
	}
}

func scalingRow(at place, d dot) []cell {
	return []cell{code(d.String()), text(stated(at.cpus)), text(fmt.Sprint(at.procs)), {Text: perSecond(1 / d.Center), Key: 1 / d.Center}, valueCell(d.Center, d.measure), boundCell(d.Lo, d.measure), boundCell(d.Hi, d.measure)}
}

// scalingParts makes a figure for every eight series or so.
func (m *model) scalingParts(s *catalog.Situation, ch scalingChart, order []dot, byPlace map[place][]dot) (figures []figure) {
	title := s.Name + ", across GOMAXPROCS"
	caption := "Higher is better."
	if m.full.cpus > 0 {
		title += " and CPUs"
		caption += " A panel for each number of CPUs the process may use; all panels share their axes."
	}
	note := fmt.Sprintf("%s per second, median and 95 %% interval · %s", spell.Sentence(spell.Plural(ch.pattern.Op)), m.Machine.CPU)
	if m.fewCPUs() {
		note += fmt.Sprintf(" · %s: too few to speak of scaling", spell.Count(m.full.cpus, "CPU"))
	}
	all := parts(order, seriesShare)
	for i, members := range all {
		title := partTitle(title, i, len(all))
		part := ch
		part.lines = map[int][]scalingLine{}
		for _, member := range members {
			for _, cpus := range ch.cpus {
				line := scalingLine{dot: member}
				for _, procs := range ch.procs {
					for _, d := range byPlace[place{cpus: cpus, procs: procs}] {
						if d.entrant == member.entrant {
							line.procs, line.dots = append(line.procs, procs), append(line.dots, d)
						}
					}
				}
				part.lines[cpus] = append(part.lines[cpus], line)
			}
		}
		entries := entriesOf(members)
		if ch.ideal > 0 {
			entries = append(entries, idealEntry)
		}
		rows, columns := ch.grid()
		w := max(540, vg.Length(columns)*210)
		figures = append(figures, figure{
			Name:    partName(figureName(s, "scaling"), i),
			Title:   spell.Under(ch.pattern.Name, title),
			Caption: caption,
			Data:    ch.data,
			w:       w,
			h:       headerHeight(w, title, note) + 50 + vg.Length(rows)*220 + legendHeight(entries, w-2*margin) + margin,
			draw: func(c draw.Canvas) {
				part.draw(drawLegend(header(c, title, note), entries))
			},
		})
	}
	return figures
}

var (
	idealLook  = look{color: muted, dashes: []vg.Length{6, 4}}
	idealLine  = idealLook.line(1.5)
	idealEntry = legendEntry{text: "ideal: best on 1 CPU × CPUs", style: idealLine}
)

// grid is in how many rows and columns the panels stand, of which four fit side by side.
func (ch *scalingChart) grid() (rows, columns int) {
	rows = (len(ch.cpus) + 3) / 4
	return rows, (len(ch.cpus) + rows - 1) / rows
}

func (ch *scalingChart) draw(c draw.Canvas) {
	xLabel(draw.Crop(c, gutter, 0, 0, 0), "GOMAXPROCS")
	c = draw.Crop(c, 0, 0, gutter, -panelTitle)
	yLabel(c, spell.Plural(ch.pattern.Op)+" per second")
	c = draw.Crop(c, gutter, 0, 0, 0)
	rows, columns := ch.grid()
	panels := make([][]*plot.Plot, rows)
	for i := range panels {
		panels[i] = make([]*plot.Plot, columns)
	}
	for i, n := range ch.cpus {
		panels[i/columns][i%columns] = ch.plot(n)
	}
	tiles := plot.Align(panels, draw.Tiles{Rows: rows, Cols: columns, PadX: 14, PadY: panelTitle + 8}, c)
	for i, row := range panels {
		for j, p := range row {
			if p != nil {
				p.Draw(tiles[i][j])
			}
		}
	}
}

// panelTitle is the height of the title above a panel.
const panelTitle = 18

func (ch *scalingChart) plot(cpus int) *plot.Plot {
	const pad = 1.25
	most := 8 // numbers that fit
	if len(ch.cpus) == 1 {
		most *= 2
	}
	p := newPlot()
	p.X.Min, p.X.Max = float64(ch.procs[0])/pad, float64(ch.procs[len(ch.procs)-1])*pad
	p.X.Scale = plot.LogScale{}
	p.X.Tick.Marker = plot.ConstantTicks(countTicks(ch.procs, p.X.Min, p.X.Max, most))
	valueAxis(&p.Y, ch.throughput.lo, ch.throughput.hi, perSecond, 7)
	p.Add(gridLines(false, true), ch.panel(cpus))
	return p
}

func (ch *scalingChart) panel(cpus int) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		if cpus > 0 {
			title := labelStyle
			title.XAlign, title.YAlign = draw.XCenter, draw.YBottom
			c.FillText(title, vg.Point{X: c.Center().X, Y: c.Max.Y + 5}, "may use "+spell.Count(cpus, "CPU"))
		}
		if ch.ideal > 0 {
			var line []vg.Point
			for _, n := range ch.procs {
				line = append(line, vg.Point{X: x(float64(n)), Y: y(ch.ideal * math.Min(float64(n), float64(cpus)))})
			}
			c.StrokeLines(idealLine, line)
		}
		for _, l := range ch.lines[cpus] {
			for i, d := range l.dots {
				at := x(float64(l.procs[i]))
				if i > 0 {
					c.StrokeLine2(l.line(1.8), x(float64(l.procs[i-1])), y(1/l.dots[i-1].Center), at, y(1/d.Center))
				}
			}
			for i, d := range l.dots {
				at := x(float64(l.procs[i]))
				if d.Lo > 0 && !math.IsInf(d.Hi, 1) {
					l.whisker(c, at, y(1/d.Hi), at, y(1/d.Lo))
				}
				l.mark(c, vg.Point{X: at, Y: y(1 / d.Center)})
			}
		}
	}
}

// perSecond spells a rate.
func perSecond(x float64) string {
	switch {
	case x >= 1e9:
		return spell.Short(x/1e9) + " G"
	case x >= 1e6:
		return spell.Short(x/1e6) + " M"
	case x >= 1e3:
		return spell.Short(x/1e3) + " k"
	}
	return spell.Short(x)
}
