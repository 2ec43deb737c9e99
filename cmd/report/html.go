package main

import (
	_ "embed"
	"html/template"
	"io"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
)

// writeHTML sets the page as one file that needs no network.
func writeHTML(w io.Writer, p *page) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"css": func() template.CSS { return template.CSS(pageCSS) },
		// The drawing escapes its own texts.
		"svg": func(f figure) (template.HTML, error) {
			svg, err := f.svg()
			return template.HTML(svg), err
		},
	}).Parse(pageHTML)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// IsNumber reports whether column i is set flush right.
func (t table) IsNumber(i int) bool { return i < len(t.Number) && t.Number[i] }

// HeadOf is the heading of column i, for narrow screens, where each cell bears its own.
func (t table) HeadOf(i int) string { return t.Head[i] }

// Bare is the table without its caption, for where that stands outside.
func (t table) Bare() table {
	t.Caption = ""
	return t
}
