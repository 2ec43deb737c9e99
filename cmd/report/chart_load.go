package main

import (
	"gonum.org/v1/plot"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// loadFigures shows the tail, and what share of the operations was in time, against the
// load offered.
func (m *model) loadFigures(p *catalog.Pattern, s *catalog.Situation) []figure {
	if s.Axis != "rate" && s.Axis != "load" {
		return nil
	}
	return append(m.loadFiguresOf(p, s, shareOfCapacity), m.loadFiguresOf(p, s, absolute)...)
}

// loadKind is a way to give the load: a share of what the situation's baseline can carry, or
// a rate that is the same on every machine.
type loadKind struct {
	shares bool
	name   string // in the figure's
	spell  func(x float64) string
}

var (
	shareOfCapacity = loadKind{true, "load", func(x float64) string { return spell.Short(x) + " %" }}
	absolute        = loadKind{false, "rate", perSecond}
)

func (m *model) loadFiguresOf(p *catalog.Pattern, s *catalog.Situation, kind loadKind) (figures []figure) {
	values := m.axisIn(p, s, kind.shares)
	if len(values) < 2 {
		return nil
	}
	const good, tailUnit = "goodput-ratio", "p99-sec"
	var late, done []xyLine
	at := map[entrant]int{}
	seconds, shares := newExtent(), newExtent()
	data := table{Head: []string{"entrant", "load", "p99", "goodput"}, Number: []bool{false, true, true, true}}
	x := xAxis{name: axisHeading(axisOf(p, s))}
	if !kind.shares {
		x.name = "offered rate, " + spell.Plural(p.Op) + " per second"
	}
	seen := newExtent()
	for _, v := range values {
		for _, c := range m.field(setting{pattern: p, situation: s, value: v.text, place: m.placeOf(p)}) {
			p99, share := c.units[tailUnit], c.units[good]
			if len(p99.Values) == 0 || len(share.Values) == 0 || v.x <= 0 {
				continue
			}
			i, ok := at[c.entrant]
			if !ok {
				i = len(late)
				at[c.entrant] = i
				late = append(late, xyLine{look: m.lookOf(p, c), name: legendName(c)})
				done = append(done, late[i])
			}
			sum, err := stat.Summarize(p99.Values, stat.Confidence)
			if err != nil {
				continue
			}
			late[i].points = append(late[i].points, xyPoint{v.x, sum.Center, sum.Lo, sum.Hi})
			done[i].points = append(done[i].points, xyPoint{x: v.x, y: share.Median()})
			seconds.add(sum.Center, sum.Lo, sum.Hi)
			shares.add(share.Median(), 1)
			seen.add(v.x)
			data.Rows = append(data.Rows, []cell{code(c.String()), {Text: kind.spell(v.x), Key: v.x}, {Text: spell.Duration(sum.Center), Key: sum.Center}, {Text: percentOf(share.Median(), 1), Key: share.Median()}})
		}
	}
	if len(late) == 0 {
		return nil
	}
	x.min, x.max = seen.lo/1.1, seen.hi*1.1
	for _, v := range values {
		if seen.lo <= v.x && v.x <= seen.hi { // elsewhere too few operations have a tail
			x.ticks = append(x.ticks, plot.Tick{Value: v.x, Label: kind.spell(v.x)})
		}
	}
	for i := range late {
		late[i].line, done[i].line = late[i].points, done[i].points
	}
	title := s.Name + ": under load"
	note := "99th percentile of latency, median and 95 % interval over rounds; below, the share of offered operations that were done · " + m.machineName(p)
	lateParts, doneParts := parts(late, seriesShare), parts(done, seriesShare)
	for i := range lateParts {
		figures = append(figures, panelFigure{
			name: partName(figureName(s, kind.name), i), pattern: p, title: partTitle(title, i, len(lateParts)), note: note, data: data, height: 420,
			caption: "What is good keeps its tail low and its goodput at 100 % until the load is near its capacity.",
		}.figure(x, []xyPanel{
			{yName: "p99 latency", lines: lateParts[i], y: seconds, tick: spell.TickDuration},
			{yName: "goodput", lines: doneParts[i], y: shares, linear: true, tick: func(v float64) string { return spell.Short(100*v) + " %" }},
		}, legendOf(lateParts[i])))
	}
	return figures
}
