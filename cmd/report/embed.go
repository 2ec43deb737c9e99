package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A document says where it wants the answers of a study with two lines of its
// own; what stands between them is written by this program.
const (
	beginAnswers = "<!-- begin answers:"
	endAnswers   = "<!-- end answers -->"
)

// embed rewrites the part of a Markdown document between the markers: machine,
// verdicts, a chart, the decision table, then the other charts folded.
func embed(p *page, o *options) error {
	text, err := os.ReadFile(o.embed)
	if err != nil {
		return err
	}
	lines := strings.Split(string(text), "\n")
	begin, end := -1, -1
	for i, l := range lines {
		switch {
		case strings.HasPrefix(l, beginAnswers) && begin < 0:
			begin = i
		case strings.HasPrefix(l, endAnswers) && begin >= 0 && end < 0:
			end = i
		}
	}
	if end < 0 {
		return fmt.Errorf("%s: no line %q with a line %q after it: add them where the answers belong", o.embed, beginAnswers+" -->", endAnswers)
	}
	dir, err := filepath.Rel(filepath.Dir(o.embed), o.out)
	if err != nil {
		return fmt.Errorf("%s: a link to %s: %w", o.embed, o.out, err)
	}
	dir = filepath.ToSlash(dir)

	var b strings.Builder
	fmt.Fprintf(&b, "%s go run ./cmd/report -embed %s %s -->\n", beginAnswers, filepath.Base(o.embed), dir)
	embedAnswers(&b, p, dir)
	out := append(lines[:begin:begin], strings.Split(b.String(), "\n")...)
	out[len(out)-1] = endAnswers
	out = append(out, lines[end+1:]...)
	return os.WriteFile(o.embed, []byte(strings.Join(out, "\n")), 0o666)
}

func embedAnswers(b *strings.Builder, p *page, dir string) {
	var strip []string
	for _, f := range p.Strip {
		strip = append(strip, plain(f.Name)+" "+plain(f.Value))
	}
	fmt.Fprintf(b, "Measured on: %s. The whole study with all tables is in [%s](%s/report.md).\n", strings.Join(strip, " · "), dir, dir)
	shown := "" // the chart of the last verdict that has one
	for _, v := range p.Verdicts {
		fmt.Fprintf(b, "\n**%s %s.** %s\n", plain(v.Question), plain(v.Answer), plain(v.Sentence))
		if v.Chart != "" {
			shown = v.Chart
		}
	}
	figures := map[bool][]figure{}
	for _, s := range p.Patterns {
		for _, f := range s.Figures() {
			figures[f.Name == shown] = append(figures[f.Name == shown], f)
		}
	}
	for _, f := range figures[true] {
		embedFigure(b, f, dir)
	}
	fmt.Fprintf(b, "\n## %s\n", plain(p.Decisions().Caption))
	markdownTable(b, p.Decisions().Bare())
	fmt.Fprintln(b, "\n<details><summary>All other charts</summary>")
	for _, f := range figures[false] {
		embedFigure(b, f, dir)
	}
	fmt.Fprintln(b, "\n</details>")
}

func embedFigure(b *strings.Builder, f figure, dir string) {
	fmt.Fprintf(b, "\n![%s](%s/%s/%s.svg)\n", plain(f.Title), dir, chartsFolder, f.Name)
}
