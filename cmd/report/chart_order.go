package main

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// mostSquares is how many samples the chart of the order of run shows; of more, an even
// choice.
const mostSquares = 1500

// orderPoint is a sample in order of run.
type orderPoint struct{ at, over float64 } // over the median of its cell

// orderFigures shows all samples in order of run, each as a multiple of the median of
// its cell, with the control: a drift shows as a slope, a disturbance as a streak.
func (m *model) orderFigures() []figure {
	control := m.controlLine()
	samples := m.sampleOrder()
	if len(samples) < 2 && len(control) < 2 {
		return nil
	}
	last := 1.0
	for _, s := range append(samples, control...) {
		last = max(last, s.at)
	}
	shown := samples
	if step := (len(samples) + mostSquares - 1) / mostSquares; step > 1 {
		shown = nil
		for i := 0; i < len(samples); i += step {
			shown = append(shown, samples[i])
		}
	}
	const w = vg.Length(540)
	title := "Samples in order of run"
	note := fmt.Sprintf("Each sample over the median of its cell. %d of %d samples shown, those off the scale at its edge", len(shown), len(samples))
	if len(control) > 0 {
		note += ". Line: the control, a fixed spin"
	}
	along := runAxis{"time since the first sample", spell.TickDuration}
	caption := "A slope is a drift of the machine, a streak a disturbance."
	if m.timed() {
		caption += " Rounds are shuffled, so either hits all entrants alike."
	} else {
		along = runAxis{"lines of the results, in their order", spell.Short}
	}
	data := table{Head: []string{"control sample", "over its median"}, Number: []bool{true, true}}
	for _, c := range control {
		data.Rows = append(data.Rows, []cell{{Text: fmt.Sprintf("%.1f s", c.at), Key: c.at}, {Text: fmt.Sprintf("%.3f", c.over), Key: c.over}})
	}
	return []figure{{
		Name: "order-of-run", Title: title, Data: data,
		Caption: caption,
		w:       w, h: headerHeight(w, title, note) + 230 + margin,
		draw: func(c draw.Canvas) { drawOrder(header(c, title, note), along, shown, control, last) },
	}}
}

// controlLine and sampleOrder place samples in order of run.
func (m *model) controlLine() (points []orderPoint) {
	median := stat.Series{Values: m.Study.Controls()}.Median()
	for _, s := range m.Control {
		if v := s.Values["ns/op"]; v > 0 {
			points = append(points, orderPoint{m.since(s), v / median})
		}
	}
	return points
}

func (m *model) sampleOrder() (points []orderPoint) {
	type middle struct {
		unit  string
		value float64
	}
	medians := map[string]map[place]middle{}
	for name, places := range m.data {
		medians[name] = map[place]middle{}
		for at, u := range places {
			unit := u.main()
			medians[name][at] = middle{unit, u[unit].Median()}
		}
	}
	for _, x := range m.Measured {
		median := medians[x.Case][place{x.CPUs, x.GOMAXPROCS, x.Pin}]
		for _, v := range x.Tidied {
			if v.Unit == median.unit && median.value > 0 && v.Value > 0 {
				points = append(points, orderPoint{m.since(x.Sample), v.Value / median.value})
			}
		}
	}
	return points
}

// timed reports whether it was noted when samples began, as studies do.
func (m *model) timed() bool { return len(m.Measured) > 0 && !m.Measured[0].Start.IsZero() }

// since is the seconds from the first sample to this one, or its position in the files
// where no time was noted.
func (m *model) since(s study.Sample) float64 {
	if m.timed() {
		return math.Max(0, s.Start.Sub(m.Measured[0].Start).Seconds())
	}
	return float64(s.Order)
}

// runAxis is what samples in order of run are placed along.
type runAxis struct {
	name string
	tick labels
}

func drawOrder(c draw.Canvas, along runAxis, samples, control []orderPoint, last float64) {
	const widest = 2
	xLabel(draw.Crop(c, gutter, 0, 0, 0), along.name)
	c = draw.Crop(c, 0, 0, gutter, 0)
	yLabel(c, "over the median")
	p := newPlot()
	p.X.Min, p.X.Max = 0, last*1.02
	p.X.Tick.Marker = linearTicks{along.tick, 6}
	p.Y.Min, p.Y.Max, p.Y.Scale = 1.0/widest, widest, plot.LogScale{}
	p.Y.Tick.Marker = logTicks{func(v float64) string { return spell.Short(v) + "×" }, 7}
	p.Add(gridLines(false, true), drawing(func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		in := func(v float64) float64 { return min(max(v, p.Y.Min), p.Y.Max) }
		for _, s := range samples {
			at := vg.Point{X: x(s.at), Y: y(in(s.over))}
			fill(c, okabeIto[5], at.X-1.1, at.Y-1.1, at.X+1.1, at.Y+1.1)
		}
		var line []vg.Point
		for _, s := range control {
			line = append(line, vg.Point{X: x(s.at), Y: y(in(s.over))})
		}
		c.StrokeLines(draw.LineStyle{Color: okabeIto[1], Width: 2}, line)
	}))
	p.Draw(draw.Crop(c, gutter, 0, 0, 0))
}
