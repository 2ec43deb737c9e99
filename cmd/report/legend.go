package main

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// legendEntry is a line of a legend: a look, or a plain line style without a glyph.
type legendEntry struct {
	text  string
	style draw.LineStyle
	look  *look
}

func entriesOf(all []dot) (entries []legendEntry) {
	for i := range all {
		t := all[i].String()
		if all[i].hollow {
			t += " (reference)"
		}
		entries = append(entries, legendEntry{text: t, style: all[i].line(2), look: &all[i].look})
	}
	return entries
}

const (
	legendRow = vg.Length(19)
	legendKey = vg.Length(30) // the sample of a line
)

// legendLayout sets the entries column by column, as many columns as fit into width;
// it returns where each column begins.
func legendLayout(entries []legendEntry, width vg.Length) (rows int, columns []vg.Length) {
	for rows = 1; rows < len(entries); rows++ {
		columns = columns[:0]
		var x vg.Length
		for i := 0; i < len(entries); i += rows {
			columns = append(columns, x)
			var widest vg.Length
			for _, e := range entries[i:min(i+rows, len(entries))] {
				widest = max(widest, labelStyle.Width(e.text))
			}
			x += legendKey + 6 + widest + 18
		}
		if x-18 <= width {
			return rows, columns
		}
	}
	return rows, []vg.Length{0}
}

func legendHeight(entries []legendEntry, width vg.Length) vg.Length {
	rows, _ := legendLayout(entries, width)
	return vg.Length(rows)*legendRow + 8
}

// drawLegend draws the entries at the foot of c, outside of the data, and returns
// what is left above them.
func drawLegend(c draw.Canvas, entries []legendEntry) draw.Canvas {
	width := c.Max.X - c.Min.X
	rows, columns := legendLayout(entries, width)
	top := c.Min.Y + vg.Length(rows)*legendRow
	s := labelStyle
	s.XAlign, s.YAlign = draw.XLeft, draw.YCenter
	for i, e := range entries {
		x := c.Min.X + columns[i/rows]
		y := top - (vg.Length(i%rows)+0.5)*legendRow
		c.StrokeLine2(e.style, x, y, x+legendKey, y)
		if e.look != nil {
			e.look.mark(c, vg.Point{X: x + legendKey/2, Y: y})
		}
		c.FillText(s, vg.Point{X: x + legendKey + 6, Y: y}, squeeze(e.text, c.Max.X-x-legendKey-6))
	}
	return draw.Crop(c, 0, 0, legendHeight(entries, width), 0)
}

func legendName(c contender) string {
	return c.String() + c.standing()
}
