package main

import (
	"cmp"
	"math"
	"slices"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// paretoFigures sets throughput against CPU time: who is fast by burning CPUs? Named
// are those who are on the front, or nearest to it.
func (m *model) paretoFigures(p *catalog.Pattern, s *catalog.Situation) []figure {
	set := m.at(p, s)
	var lines []xyLine
	rate, burnt := newExtent(), newExtent()
	data := table{Head: []string{"entrant", spell.Plural(p.Op) + " per second", "CPU time per " + p.Op, "nobody better in both"}, Number: []bool{false, true, true, false}}
	for _, c := range m.field(set) {
		wall, cpu := c.units[study.Cost].Median(), c.units[cpuCost].Median()
		if c.unit != study.Cost || !(wall > 0 && cpu > 0) {
			continue
		}
		lines = append(lines, xyLine{look: m.lookOf(p, c), name: legendName(c), points: []xyPoint{{x: 1 / wall, y: cpu}}})
		rate.add(1 / wall)
		burnt.add(cpu)
	}
	if len(lines) < 3 {
		return nil
	}
	// behind is by what factor somebody else is better than l in both: at most 1 on the front.
	behind := func(l xyLine) (most float64) {
		for _, o := range lines {
			if a, b := o.points[0], l.points[0]; a != b {
				most = max(most, min(a.x/b.x, b.y/a.y))
			}
		}
		return most
	}
	slices.SortStableFunc(lines, func(a, b xyLine) int { return cmp.Compare(b.points[0].x, a.points[0].x) })
	for _, l := range lines {
		mark := ""
		if behind(l) <= 1 {
			mark = "yes"
		}
		at := l.points[0]
		data.Rows = append(data.Rows, []cell{code(l.name), {Text: perSecond(at.x), Key: at.x}, {Text: spell.Duration(at.y), Key: at.y}, text(mark)})
	}
	x := xAxis{name: spell.Plural(p.Op) + " per second"}
	x.min, x.max = widened(rate.lo, rate.hi, max(math.Log(1.08), 0.06*stretch(rate.lo, rate.hi)))
	x.ticks = logTicks{perSecond, 7}.Ticks(x.min, x.max)
	slices.SortStableFunc(lines, func(a, b xyLine) int { return cmp.Compare(behind(a), behind(b)) })
	drawn, legend := lines, legendOf(lines)
	if extra := len(lines) - seriesShare; extra > 0 {
		rest := []xyLine{{look: look{color: faded}, name: spell.Count(extra, "other") + " behind them (in the data)"}}
		for _, l := range lines[seriesShare:] {
			rest[0].points = append(rest[0].points, l.points...)
		}
		drawn, legend = append(rest, lines[:seriesShare]...), append(legend[:seriesShare:seriesShare], legendOf(rest)...)
	}
	return []figure{panelFigure{
		name: figureName(s, "pareto"), pattern: p, title: s.Name + ": throughput and CPU time", data: data, height: 270,
		note:    "Fast is to the right, thrifty is below · " + m.machineName(p),
		caption: "Who is up and to the right buys speed with CPUs; who has nobody to the lower right is a sensible choice.",
	}.figure(x, []xyPanel{{yName: "CPU time per " + p.Op, lines: drawn, y: burnt, tick: spell.TickDuration}}, legend)}
}
