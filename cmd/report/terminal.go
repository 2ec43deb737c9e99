package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"crossover/cmd/report/internal/results"
)

const terminalWidth = 118

// writeTerminal prints the first screen: warnings, verdicts, decision table.
func writeTerminal(w io.Writer, p *page) {
	for _, text := range p.Warnings {
		writeWrapped(w, "! ", text, terminalWidth)
	}
	for _, v := range p.Verdicts {
		fmt.Fprintln(w)
		for _, h := range v.lines() {
			writeWrapped(w, "", h.Answer+".", terminalWidth)
			writeWrapped(w, "  ", h.Sentence, terminalWidth)
		}
	}
	decisions := p.Decisions()
	fmt.Fprintf(w, "\n%s\n\n", decisions.Caption)
	if len(decisions.Rows) > 0 {
		writeTable(w, decisions, terminalWidth)
		fmt.Fprintln(w)
	}
	for _, note := range decisions.Notes {
		writeWrapped(w, "", note, terminalWidth)
	}
	writeElsewhere(w, p.Elsewhere)
	fmt.Fprintln(w)
}

// writeElsewhere prints how often the advice holds in other studies, and where it fails.
func writeElsewhere(w io.Writer, e *elsewhere) {
	if e == nil {
		return
	}
	fmt.Fprintf(w, "\n%s\n\n", e.Title())
	writeTable(w, e.Studies, terminalWidth)
	fmt.Fprintln(w)
	for _, note := range e.Studies.Notes {
		writeWrapped(w, "", note, terminalWidth)
	}
	for _, text := range e.Fails {
		writeWrapped(w, "- ", text+".", terminalWidth)
	}
}

// writeWrapped prints text in lines of at most width, each after indent.
func writeWrapped(w io.Writer, indent, text string, width int) {
	for _, line := range wrap(text, width-utf8.RuneCountInString(indent)) {
		fmt.Fprintln(w, indent+line)
		indent = strings.Repeat(" ", utf8.RuneCountInString(indent))
	}
}

// wrap breaks text at spaces into lines of at most width runes; a longer word has a
// line of its own. What a terminal would act on is spelled.
func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		word = results.Visible(word)
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// writeTable prints a table whose cells are wrapped so that it fits into width.
func writeTable(w io.Writer, t table, width int) {
	widths := columnWidths(t, width)
	var head []cell
	for _, h := range t.Head {
		head = append(head, text(h))
	}
	writeRow(w, head, widths)
	rule := make([]string, len(widths))
	for i, n := range widths {
		rule[i] = strings.Repeat("─", n)
	}
	fmt.Fprintln(w, strings.Join(rule, "  "))
	for _, row := range t.Rows {
		writeRow(w, row, widths)
	}
}

func writeRow(w io.Writer, row []cell, widths []int) {
	var columns [][]string
	height := 0
	for i, c := range row {
		columns = append(columns, wrap(c.Text, widths[i]))
		height = max(height, len(columns[i]))
	}
	for y := range height {
		var b strings.Builder
		for i, lines := range columns {
			part := ""
			if y < len(lines) {
				part = lines[y]
			}
			b.WriteString(part + strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(part))+2))
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// columnWidths takes width from the widest column until all fit, but never less than
// a column's longest word.
func columnWidths(t table, width int) []int {
	widths := make([]int, len(t.Head))
	least := make([]int, len(t.Head))
	fit := func(i int, s string) {
		widths[i] = max(widths[i], utf8.RuneCountInString(s))
		for _, word := range strings.Fields(s) {
			least[i] = max(least[i], utf8.RuneCountInString(word))
		}
	}
	for i, h := range t.Head {
		fit(i, h)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			fit(i, c.Text)
		}
	}
	for {
		total, widest := 2*(len(widths)-1), -1
		for i, n := range widths {
			total += n
			if n > least[i] && (widest < 0 || n > widths[widest]) {
				widest = i
			}
		}
		if total <= width || widest < 0 {
			return widths
		}
		widths[widest]--
	}
}
