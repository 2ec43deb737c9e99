package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// TestLooksDiffer: of the committed studies' variants no two look alike, and no two that
// are lines in one chart share a colour, if there are enough.
func TestLooksDiffer(t *testing.T) {
	files, err := filepath.Glob("../../results/*/catalog.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d catalogs, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c catalog.Catalog
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for i := range c.Patterns {
			p := &c.Patterns[i]
			looks, worn := looksOf(p), map[string]string{}
			wear := func(what, impl string) {
				if other, taken := worn[what]; taken {
					t.Errorf("%s: %s: %s looks like %s", p.Name, what, impl, other)
				}
				worn[what] = impl
			}
			lines, _ := xyCharts(p)
			inChart := map[string]int{}
			for _, charts := range lines {
				for chart := range charts {
					inChart[chart]++
				}
			}
			for _, v := range p.Variants {
				l := looks[v.Name]
				wear(fmt.Sprint(l.color, l.shape), v.Name)
				for chart := range lines[v.Name] {
					if inChart[chart] <= len(okabeIto) {
						wear(fmt.Sprint(chart, l.color), v.Name)
					}
				}
			}
		}
	}
}

// TestSinglePointsYield: who was measured at one value only fills up a chart along the
// axis and has no part of its own; the caption says who is missing.
func TestSinglePointsYield(t *testing.T) {
	m, _ := lineStudy([]string{"1us", "10us"}, []float64{100, 200}, []float64{110, 190}, 0.003)
	p := &m.Catalog.Patterns[0]
	const single = seriesShare
	for i := range single {
		impl := fmt.Sprintf("x%d", i)
		c := catalog.Case{
			Name: impl, Situations: []string{"s"},
			Keys: map[string]string{"impl": impl, "as": "goroutine", "work": "1us"},
		}
		p.Variants = append(p.Variants, catalog.Variant{Name: impl, Tier: 1})
		p.Cases = append(p.Cases, c)
		m.data[c.Name] = map[place]units{m.full: costs(300+float64(i), 10, 0.003, uint64(i))}
	}
	only, d := onlyCostChart(t, m)
	// Each in both panels and in the legend.
	if want := 2*(2*2+seriesShare-2) + seriesShare; d.markers != want {
		t.Errorf("%d markers, want %d", d.markers, want)
	}
	if caption := only.Caption; !strings.Contains(caption, "x6 and x7") || strings.Contains(caption, "x5") {
		t.Errorf("the caption does not say who is left out: %s", caption)
	}
	if rows := len(only.Data.Rows); rows != 2*2+single {
		t.Errorf("%d rows of data, want all %d", rows, 2*2+single)
	}
}

// onlyCostChart is the one chart along the axis of a study with one situation, drawn.
func onlyCostChart(t *testing.T, m *model) (figure, drawn) {
	t.Helper()
	p := &m.Catalog.Patterns[0]
	figures := m.costFigures(p, &p.Situations[0])
	if len(figures) != 1 {
		t.Fatalf("%d charts, want 1", len(figures))
	}
	svg, err := figures[0].svg()
	if err != nil {
		t.Fatal(err)
	}
	return figures[0], inspect(t, figures[0].Name, svg)
}

// TestNoTickWithoutData: at the lowest of three rates too few operations have a tail, so the
// axis begins at the next, and rates are spelled as in the charts of load.
func TestNoTickWithoutData(t *testing.T) {
	m, _ := lineStudy([]string{"1k", "10k", "100k"}, []float64{100, 200, 300}, []float64{110, 190, 310}, 0.003)
	p := &m.Catalog.Patterns[0]
	p.Axes, p.Situations[0].Axis = []catalog.Axis{{Key: "rate", Title: "offered rate"}}, "rate"
	p.Situations[0].Unit, p.Situations[0].Point = "p99-ns", map[string]string{"rate": "10k"}
	for _, c := range p.Cases {
		c.Keys["rate"] = c.Keys["work"]
		delete(c.Keys, "work")
		u := m.data[c.Name][m.full]
		if c.Keys["rate"] != "1k" {
			u["p99-sec"] = u[study.Cost]
		}
	}
	_, d := onlyCostChart(t, m)
	if texts := d.texts; slices.Contains(texts, "1 k") || !slices.Contains(texts, "10 k") || !slices.Contains(texts, "100 k") {
		t.Errorf("want ticks at 10 k and 100 k alone: %q", texts)
	}
}

// TestOriginalsLookDiffer: fork and spawn are one implementation, and points have no lines to
// tell them by.
func TestOriginalsLookDiffer(t *testing.T) {
	for i := range shapes {
		p := &catalog.Pattern{}
		m := &model{}
		m.looks.Of(p, func() map[string]look { return map[string]look{"multiprocessing": {shape: shapes[i]}} })
		at := func(as string) string {
			return fmt.Sprint(m.lookOf(p, contender{entrant: entrant{"multiprocessing", as}}).shape)
		}
		if at("fork") == at("spawn") {
			t.Errorf("both are %v", at("fork"))
		}
	}
}

// TestFloorsDiffer: a chart that shows two floors names both.
func TestFloorsDiffer(t *testing.T) {
	ch := costChart{floors: []floorPoint{{"one", 1, 5}, {"other", 1, 6}, {"one", 2, 5}}}
	if got := fmt.Sprint(ch.floorTitles()); got != "[one other]" {
		t.Errorf("titles %s", got)
	}
	if fmt.Sprint(floorStyle(0).Dashes) == fmt.Sprint(floorStyle(1).Dashes) {
		t.Error("two floors look alike")
	}
}
