package main

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
)

// percentile reads a unit such as p99.9-sec; false if it is none.
func percentile(unit string) (float64, bool) {
	p, ok := strings.CutSuffix(unit, "-sec")
	if !ok || !strings.HasPrefix(p, "p") {
		return 0, false
	}
	x, err := strconv.ParseFloat(p[1:], 64)
	return x / 100, err == nil && 0 <= x && x < 100
}

// rarity is the place of a percentile on its axis: one operation in so many is worse.
func rarity(p float64) float64 { return 1 / (1 - p) }

// offered is the rate or load of a situation, for titles.
func offered(s *catalog.Situation) string {
	for _, key := range []string{"rate", "load"} {
		if v := s.Point[key]; v != "" && v != "max" && v != "steady" {
			return ", offered " + strings.Replace(v, "pct", " %", 1)
		}
	}
	return ""
}

// latencyFigures shows how long operations take, from the middle one to the rarest.
func (m *model) latencyFigures(p *catalog.Pattern, s *catalog.Situation) (figures []figure) {
	set := m.at(p, s)
	var lines []xyLine
	seconds, rare := newExtent(), newExtent()
	data := table{Head: []string{"entrant", "percentile", "latency", "from"}, Number: []bool{false, true, true, false}}
	names := m.caseNames(set)
	merged := false
	for _, c := range m.field(set) {
		l := xyLine{look: m.lookOf(p, c), name: legendName(c)}
		from := "median over rounds"
		for unit, v := range c.units {
			if q, ok := percentile(unit); ok && len(v.Values) > 0 {
				l.points = append(l.points, xyPoint{x: rarity(q), y: v.Median()})
			}
		}
		slices.SortFunc(l.points, func(a, b xyPoint) int { return cmp.Compare(a.x, b.x) })
		l.line = l.points
		if h := m.histograms[names[c.entrant]][set.place]; h != nil && h.TotalCount() > 0 {
			from, merged = "histogram of all rounds", true
			l.line, l.points = nil, nil
			// Nothing is said of percentiles with fewer than ten operations beyond them.
			most := float64(h.TotalCount()) / 10
			for i := 0; ; i++ {
				x := 2 * math.Pow(10, float64(i)/12)
				if x > most {
					break
				}
				l.line = append(l.line, xyPoint{x: x, y: 1e-9 * float64(h.ValueAtQuantile(100*(1-1/x)))})
			}
			for _, x := range []float64{2, 10, 100, 1e3, 1e4, 1e5} {
				if x <= most {
					l.points = append(l.points, xyPoint{x: x, y: 1e-9 * float64(h.ValueAtQuantile(100*(1-1/x)))})
				}
			}
		}
		if len(l.points) < 2 {
			continue
		}
		for _, at := range l.points {
			data.Rows = append(data.Rows, []cell{code(l.name), {Text: rarityLabel(at.x), Key: at.x}, {Text: spell.Duration(at.y), Key: at.y}, text(from)})
		}
		for _, at := range slices.Concat(l.line, l.points) {
			seconds.add(at.y)
			rare.add(at.x)
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return nil
	}
	x := xAxis{name: "share of operations that are faster", min: rare.lo / 1.2, max: rare.hi * 1.4}
	for _, at := range []float64{2, 10, 100, 1e3, 1e4, 1e5, 1e6} {
		if x.min <= at && at <= x.max {
			x.ticks = append(x.ticks, plot.Tick{Value: at, Label: rarityLabel(at)})
		}
	}
	title := s.Name + ": latency" + offered(s)
	note := "From the intended start of each operation to its end; the rare ones to the right · " + m.machineName(p)
	if m.foreign != nil {
		note = "Percentiles as the results have them, medians of samples; the rare ones to the right · " + m.machineName(p)
	}
	caption := "Lower is better; a line that rises to the right has a tail."
	if merged {
		caption += " All rounds are in one histogram here; the tables have the median of the rounds' percentiles."
	}
	all := parts(lines, seriesShare)
	for i, part := range all {
		figures = append(figures, panelFigure{
			name: partName(figureName(s, "latency"), i), pattern: p, title: partTitle(title, i, len(all)), note: note, data: data,
			caption: caption, height: 300,
		}.figure(x, []xyPanel{{yName: "latency", lines: part, y: seconds, tick: spell.TickDuration}}, legendOf(part)))
	}
	return figures
}

func rarityLabel(x float64) string {
	return strconv.FormatFloat(100*(1-1/x), 'f', max(0, int(math.Round(math.Log10(x)))-2), 64) + " %"
}
