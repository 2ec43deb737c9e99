package main

import (
	"fmt"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
)

// cpusFigures shows throughput against CPUs where GOMAXPROCS is as many: does it scale? There
// are none of fewer than three numbers of CPUs, which panels across GOMAXPROCS show as well.
func (m *model) cpusFigures(s *catalog.Situation, ch scalingChart, order []dot, byPlace map[place][]dot) (figures []figure) {
	at := map[int][]dot{}
	var cpus []int
	data := scalingTable(ch.pattern.Op)
	for _, n := range ch.cpus {
		here := place{cpus: n, procs: n}
		if all := byPlace[here]; n > 0 && len(all) > 0 {
			at[n], cpus = all, append(cpus, n)
			for _, d := range all {
				data.Rows = append(data.Rows, scalingRow(here, d))
			}
		}
	}
	if len(cpus) < 3 {
		return nil
	}
	const pad = 1.15
	first, last := float64(cpus[0]), float64(cpus[len(cpus)-1])
	x := xAxis{name: "CPUs, GOMAXPROCS as many", min: first / pad, max: last * pad}
	x.ticks = countTicks(cpus, x.min, x.max, 16)
	title := s.Name + ", across CPUs"
	note := fmt.Sprintf("%s per second, median and 95 %% interval · %s", spell.Sentence(spell.Plural(ch.pattern.Op)), m.Machine.CPU)
	all := parts(order, seriesShare)
	for i, members := range all {
		var lines []xyLine
		for _, member := range members {
			line := xyLine{look: member.look}
			for _, n := range cpus {
				for _, d := range at[n] {
					if d.entrant == member.entrant {
						line.points = append(line.points, xyPoint{float64(n), 1 / d.Center, 1 / d.Hi, 1 / d.Lo})
					}
				}
			}
			line.line = line.points
			lines = append(lines, line)
		}
		entries := entriesOf(members)
		if ch.ideal > 0 {
			lines = append(lines, xyLine{look: idealLook, line: []xyPoint{{x: first, y: ch.ideal * first}, {x: last, y: ch.ideal * last}}})
			entries = append(entries, idealEntry)
		}
		figures = append(figures, panelFigure{
			name: partName(figureName(s, "cpus"), i), pattern: ch.pattern, title: partTitle(title, i, len(all)), note: note, data: data, height: 320,
			caption: "Higher is better. What scales runs along the ideal line; what only one CPU at a time can do is level." +
				m.onCores(" There are %s: CPUs beyond that many are second hardware threads of them."),
		}.figure(x, []xyPanel{{yName: spell.Plural(ch.pattern.Op) + " per second", lines: lines, y: ch.throughput, tick: perSecond}}, entries))
	}
	return figures
}
