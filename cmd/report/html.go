package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strconv"
	"strings"

	"crossover/internal/parallel"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// quantities are numbers with their units, which no line may part.
var quantities = regexp.MustCompile(`([0-9]) (%|[nµm]?s\b|[KMG]?i?B\b|CPUs?\b)`)

// writeHTML sets the page as one file that needs no network.
func writeHTML(w io.Writer, p *page) error {
	var patterns []template.HTML
	t, err := template.New("page").Funcs(template.FuncMap{
		"css":  func() template.CSS { return template.CSS(pageCSS) },
		"js":   func() template.JS { return template.JS(pageJS) },
		"tied": func(s string) string { return quantities.ReplaceAllString(s, "$1\u00a0$2") },
		// The drawing escapes its own texts.
		"svg": func(f figure) (template.HTML, error) {
			svg, ok := p.drawn[f.Name]
			if !ok {
				return "", fmt.Errorf("chart %s is not drawn", f.Name)
			}
			return template.HTML(svg), nil
		},
		"part": func(i int) template.HTML { return patterns[i] },
	}).Parse(pageHTML)
	if err != nil {
		return err
	}
	if patterns, err = setPatterns(t, p.Patterns); err != nil {
		return err
	}
	return t.Execute(w, p)
}

// setPatterns sets the parts of all patterns, nearly all there is, on as many CPUs as
// there are.
func setPatterns(t *template.Template, patterns []section) ([]template.HTML, error) {
	return parallel.Map(patterns, func(s *section) (template.HTML, error) {
		var part strings.Builder
		err := t.ExecuteTemplate(&part, "pattern", s)
		return template.HTML(part.String()), err
	})
}

// IsNumber reports whether column i is set flush right.
func (t table) IsNumber(i int) bool { return i < len(t.Number) && t.Number[i] }

// HeadOf is the heading of column i, for narrow screens, where each cell bears its own.
func (t table) HeadOf(i int) string { return t.Head[i] }

// SortKey is what the cell is sorted by if that is not its text.
func (c cell) SortKey() string {
	if c.Key == 0 {
		return ""
	}
	return strconv.FormatFloat(c.Key, 'g', -1, 64)
}

// Bare is the table without its caption, for where that stands outside.
func (t table) Bare() table {
	t.Caption = ""
	return t
}
