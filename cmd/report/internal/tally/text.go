package tally

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/perf/benchproc"
	"golang.org/x/perf/benchunit"
)

// WriteText writes the tables for a terminal, with the words of benchstat.
func WriteText(w io.Writer, all []*Sheet) error {
	out := bufio.NewWriter(w)
	err := printSheets(all, func(s string) error {
		_, err := fmt.Fprintln(out, s)
		return err
	}, func(g *Sheet) error {
		var layout layout
		g.lines(layout.measure) // twice, so that a million cells need not be held
		notes := g.lines(func(line []piece) { layout.write(out, line) })
		for i, n := range notes {
			fmt.Fprintf(out, "%s %s\n", superscript(i+1), n)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// piece is a part of a line of text that begins at a column.
type piece struct {
	col, cols int
	text      string
	margin    string // before the text, within the column
	align     alignment
}

type alignment int

const (
	left alignment = iota
	center
	right
)

// indent is how many blanks stand before the text in a column so wide.
func (p piece) indent(width int) int {
	return int(p.align) * (width - utf8.RuneCountInString(p.text)) / 2
}

const manyBlanks = "                                                                "

func blanks(n int) string {
	if n <= len(manyBlanks) {
		return manyBlanks[:max(0, n)]
	}
	return strings.Repeat(" ", n)
}

// Columns of the text: the label, then value, interval and footnote of each of cols;
// from the second on, change, p and footnote too.
func textColumn(i int) int {
	if i == 0 {
		return 1
	}
	return 4 + 6*(i-1)
}

// stretches tells the first column of each, which is the one that a wide heading widens.
func stretches(column int) bool {
	others := column - textColumn(1)
	return column == textColumn(0) || others >= 0 && others%(textColumn(2)-textColumn(1)) == 0
}

// lines emits the table line by line and returns its footnotes.
func (g *Sheet) lines(emit func([]piece)) (notes []string) {
	var line []piece
	add := func(col, cols int, text, margin string, align alignment) {
		if text == "" && strings.TrimSpace(margin) == "" {
			return
		}
		line = append(line, piece{col, cols, text, margin, align})
	}
	done := func() {
		emit(line)
		line = line[:0]
	}
	markOf := map[string]string{}
	footnotes := func(problems []error) string {
		var marks []string
		for _, problem := range problems {
			s := problem.Error()
			if markOf[s] == "" {
				notes = append(notes, s)
				markOf[s] = superscript(len(notes))
			}
			marks = append(marks, markOf[s])
		}
		return strings.Join(marks, " ")
	}
	edge := textColumn(len(g.cols))
	for level := benchproc.NewKeyHeader(g.cols).Top; len(level) > 0; {
		var next []*benchproc.KeyHeaderNode
		for _, node := range level {
			from, to := textColumn(node.Start), textColumn(node.Start+node.Len)
			add(from, to-from, node.Value, " │ ", center)
			next = append(next, node.Children...)
		}
		add(edge, 1, "", " │", left)
		done()
		level = next
	}
	for i := range g.cols {
		at := textColumn(i)
		add(at, 3, g.unit, " │ ", center)
		if i > 0 {
			add(at+3, 3, "vs base", "  ", left)
		}
	}
	add(edge, 1, "", " │", left)
	done()
	class := benchunit.ClassOf(g.unit)
	for _, r := range g.rows {
		add(0, 1, r.key.StringValues(), "", left)
		scale := g.rowScale(r, class)
		for i, col := range g.cols {
			c := g.at(r, col)
			if c == nil {
				continue
			}
			at := textColumn(i)
			add(at, 1, scale.Format(c.summary.Center), " ", right)
			add(at+1, 1, c.summary.PctRangeString(), " ± ", right)
			add(at+2, 1, footnotes(c.summary.Warnings), " ", left)
			if c.base != nil {
				add(at+3, 1, c.delta(), " ", right)
				add(at+4, 1, "("+c.comparison.String()+")", " ", left)
				add(at+5, 1, footnotes(c.comparison.Warnings), " ", left)
			}
		}
		done()
	}
	if len(g.rows) < 2 {
		return notes
	}
	add(0, 1, "geomean", "", left)
	for i, f := range g.foot {
		at := textColumn(i)
		if f.hasCenter {
			add(at, 1, benchunit.Scale(f.center, class), " ", right)
		}
		if i > 0 {
			align := left
			if f.hasRatio {
				align = right
			}
			add(at+3, 1, f.delta(), " ", align)
		}
		add(textColumn(i+1)-1, 1, footnotes(f.warnings), " ", left)
	}
	done()
	return notes
}

// layout learns the widths of columns, then writes lines.
type layout struct {
	width, margin []int
	wide          []wideSpan // headings over several columns
	line          []byte
}

type wideSpan struct{ col, cols, width int }

func (l *layout) measure(line []piece) {
	for _, s := range line {
		for len(l.width) < s.col+s.cols {
			l.width, l.margin = append(l.width, 0), append(l.margin, 0)
		}
		l.margin[s.col] = max(l.margin[s.col], utf8.RuneCountInString(s.margin))
		if n := utf8.RuneCountInString(s.text); s.cols == 1 {
			l.width[s.col] = max(l.width[s.col], n)
		} else {
			l.wide = append(l.wide, wideSpan{s.col, s.cols, n})
		}
	}
}

// spread is the width of columns, their margins but the first included.
func (l *layout) spread(col, cols int) int {
	n := l.width[col]
	for i := col + 1; i < col+cols; i++ {
		n += l.margin[i] + l.width[i]
	}
	return n
}

// widen makes room for wide headings, the narrowest first, as benchstat does: the columns
// that stretch share what is left by the others, none getting less than it has.
func (l *layout) widen() {
	slices.SortStableFunc(l.wide, func(a, b wideSpan) int { return cmp.Compare(a.cols, b.cols) })
	for _, s := range l.wide {
		if l.spread(s.col, s.cols) >= s.width {
			continue
		}
		room := s.width + l.margin[s.col]
		var columns []int
		for i := s.col; i < s.col+s.cols; i++ {
			if stretches(i) {
				columns = append(columns, i)
			} else {
				room -= l.margin[i] + l.width[i]
			}
		}
		slices.SortStableFunc(columns, func(a, b int) int {
			return cmp.Compare(l.margin[b]+l.width[b], l.margin[a]+l.width[a])
		})
		for n, i := range columns {
			left := len(columns) - n
			l.width[i] = max(l.width[i], (room+left-1)/left-l.margin[i])
			room -= l.margin[i] + l.width[i]
		}
	}
	l.wide = nil
}

func (l *layout) write(w *bufio.Writer, line []piece) {
	l.widen()
	at, offset := 0, 0 // a column, and where it begins
	written := 0       // runes
	b := l.line[:0]
	for _, s := range line {
		for ; at < s.col; at++ {
			offset += l.margin[at] + l.width[at]
		}
		// Where "vs base" ran over its columns benchstat puts as many blanks as it lacks.
		gap := max(offset-written, written-offset)
		written = offset + l.margin[s.col]
		b = append(b, blanks(gap+l.margin[s.col]-utf8.RuneCountInString(s.margin))...)
		b = append(b, s.margin...)
		from := len(b)
		b = append(append(b, blanks(s.indent(l.spread(s.col, s.cols)))...), s.text...)
		written += utf8.RuneCount(b[from:])
	}
	w.Write(bytes.TrimRight(b, " "))
	w.WriteByte('\n')
	l.line = b
}

func superscript(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	var out []rune
	for _, d := range fmt.Sprint(n) {
		out = append(out, digits[d-'0'])
	}
	return string(out)
}
