package main

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"crossover/internal/catalog"
	"crossover/internal/stat"
	"crossover/internal/study"
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
	for _, c := range m.field(set) {
		l := xyLine{look: m.lookOf(p, c), name: legendName(c)}
		from := "median over rounds"
		for unit, v := range c.units {
			if q, ok := percentile(unit); ok && len(v.values) > 0 {
				l.points = append(l.points, xyPoint{x: rarity(q), y: v.median()})
			}
		}
		slices.SortFunc(l.points, func(a, b xyPoint) int { return cmp.Compare(a.x, b.x) })
		l.line = l.points
		if h := m.histograms[names[c.entrant]][set.place]; h != nil && h.TotalCount() > 0 {
			from = "histogram of all rounds"
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
			data.Rows = append(data.Rows, []cell{code(l.name), {Text: rarityLabel(at.x), Key: at.x}, {Text: duration(at.y), Key: at.y}, text(from)})
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
	for i, part := range parts(lines, seriesShare) {
		figures = append(figures, panelFigure{
			name: partName(figureName(s, "latency"), i), pattern: p, title: title, note: note, data: data,
			caption: "Lower is better; a line that rises to the right has a tail. All rounds are in one histogram here; the tables have the median of the rounds' percentiles.", height: 300,
		}.figure(x, []xyPanel{{yName: "latency", lines: part, y: seconds, tick: tickDuration}}, legendOf(part)))
	}
	return figures
}

func rarityLabel(x float64) string {
	return strconv.FormatFloat(100*(1-1/x), 'f', max(0, int(math.Round(math.Log10(x)))-2), 64) + " %"
}

func legendName(c contender) string {
	if !c.eligible {
		return c.String() + " (reference)"
	}
	return c.String()
}

// caseNames are the names of the cases of a setting.
func (m *model) caseNames(set setting) map[entrant]string {
	names := map[entrant]string{}
	for _, c := range m.cases(set) {
		names[entrant{c.Keys["impl"], c.Keys["as"]}] = c.Name
	}
	return names
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
		Name: f.name, Title: f.pattern.Name + ": " + f.title, Caption: f.caption, Data: f.data,
		w: w, h: headerHeight(w, f.title, f.note) + f.height + legendHeight(entries, w-2*margin) + margin,
		draw: func(c draw.Canvas) {
			drawPanels(drawLegend(header(c, f.title, f.note), entries), x, panels)
		},
	}
}

// loadFigures shows the tail, and what share of the operations was in time, against the
// load offered.
func (m *model) loadFigures(p *catalog.Pattern, s *catalog.Situation) (figures []figure) {
	values := m.axis(p, s)
	if len(values) < 2 || s.Axis != "rate" && s.Axis != "load" {
		return nil
	}
	const good, tailUnit = "goodput-ratio", "p99-sec"
	var late, done []xyLine
	at := map[entrant]int{}
	seconds, shares := newExtent(), newExtent()
	data := table{Head: []string{"entrant", "load", "p99", "goodput"}, Number: []bool{false, true, true, true}}
	x := xAxis{name: axisHeading(axisOf(p, s)) + ", % of capacity"}
	seen := newExtent()
	for _, v := range values {
		for _, c := range m.field(setting{pattern: p, situation: s, value: v.text, place: m.placeOf(p)}) {
			p99, share := c.units[tailUnit], c.units[good]
			if len(p99.values) == 0 || len(share.values) == 0 || v.x <= 0 {
				continue
			}
			i, ok := at[c.entrant]
			if !ok {
				i = len(late)
				at[c.entrant] = i
				late = append(late, xyLine{look: m.lookOf(p, c), name: legendName(c)})
				done = append(done, late[i])
			}
			sum, err := stat.Summarize(p99.values, confidence)
			if err != nil {
				continue
			}
			late[i].points = append(late[i].points, xyPoint{v.x, sum.Center, sum.Lo, sum.Hi})
			done[i].points = append(done[i].points, xyPoint{x: v.x, y: share.median()})
			seconds.add(sum.Center, sum.Lo, sum.Hi)
			shares.add(share.median(), 1)
			seen.add(v.x)
			data.Rows = append(data.Rows, []cell{code(c.String()), {Text: short(v.x) + " %", Key: v.x}, {Text: duration(sum.Center), Key: sum.Center}, {Text: percentOf(share.median(), 1), Key: share.median()}})
		}
	}
	if len(late) == 0 {
		return nil
	}
	x.min, x.max = seen.lo/1.1, seen.hi*1.1
	for _, v := range values {
		x.ticks = append(x.ticks, plot.Tick{Value: max(v.x, x.min), Label: short(v.x) + " %"})
	}
	for i := range late {
		late[i].line, done[i].line = late[i].points, done[i].points
	}
	title := s.Name + ": under load"
	note := "99th percentile of latency, median and 95 % interval over rounds; below, the share of offered operations that were done · " + m.machineName(p)
	lateParts, doneParts := parts(late, seriesShare), parts(done, seriesShare)
	for i := range lateParts {
		figures = append(figures, panelFigure{
			name: partName(figureName(s, "load"), i), pattern: p, title: title, note: note, data: data, height: 420,
			caption: "A good queue keeps its tail low and its goodput at 100 % until the load is near its capacity.",
		}.figure(x, []xyPanel{
			{yName: "p99 latency", lines: lateParts[i], y: seconds, tick: tickDuration},
			{yName: "goodput", lines: doneParts[i], y: shares, linear: true, tick: func(v float64) string { return short(100*v) + " %" }},
		}, legendOf(lateParts[i])))
	}
	return figures
}

// paretoFigures sets throughput against CPU time: who is fast by burning CPUs? Named
// are those who are on the front, or nearest to it.
func (m *model) paretoFigures(p *catalog.Pattern, s *catalog.Situation) []figure {
	set := m.at(p, s)
	var lines []xyLine
	rate, burnt := newExtent(), newExtent()
	data := table{Head: []string{"entrant", plural(p.Op) + " per second", "CPU time per " + p.Op, "nobody better in both"}, Number: []bool{false, true, true, false}}
	for _, c := range m.field(set) {
		wall, cpu := c.units[study.Cost].median(), c.units[cpuCost].median()
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
		data.Rows = append(data.Rows, []cell{code(l.name), {Text: perSecond(at.x), Key: at.x}, {Text: duration(at.y), Key: at.y}, text(mark)})
	}
	x := xAxis{name: plural(p.Op) + " per second"}
	x.min, x.max = widened(rate.lo, rate.hi, max(math.Log(1.08), 0.06*stretch(rate.lo, rate.hi)))
	x.ticks = logTicks{perSecond, 7}.Ticks(x.min, x.max)
	slices.SortStableFunc(lines, func(a, b xyLine) int { return cmp.Compare(behind(a), behind(b)) })
	drawn, legend := lines, legendOf(lines)
	if extra := len(lines) - seriesShare; extra > 0 {
		rest := []xyLine{{look: look{color: faded}, name: count(extra, "other") + " behind them (in the data)"}}
		for _, l := range lines[seriesShare:] {
			rest[0].points = append(rest[0].points, l.points...)
		}
		drawn, legend = append(rest, lines[:seriesShare]...), append(legend[:seriesShare:seriesShare], legendOf(rest)...)
	}
	return []figure{panelFigure{
		name: figureName(s, "pareto"), pattern: p, title: s.Name + ": throughput and CPU time", data: data, height: 270,
		note:    "Fast is to the right, thrifty is below · " + m.machineName(p),
		caption: "Who is up and to the right buys speed with CPUs; who has nobody to the lower right is a sensible choice.",
	}.figure(x, []xyPanel{{yName: "CPU time per " + p.Op, lines: drawn, y: burnt, tick: tickDuration}}, legend)}
}
