package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"crossover/cmd/report/internal/markdown"
	"crossover/internal/study"
)

// A slot is a part of a document that this program writes: what stands between two
// lines of the document's own.
type slot struct{ begin, end string }

var (
	answersSlot  = slot{"<!-- begin answers:", "<!-- end answers -->"}
	selfTestSlot = slot{"<!-- begin self-test:", "<!-- end self-test -->"}
)

// embed rewrites the slots of a Markdown document: the answers (machine, verdicts, a
// chart, the decision table, then the other charts folded), and the tables of the
// self-test if it has a place for them.
func embed(p *page, o *options) error {
	text, err := study.ReadFile(o.embed)
	if err != nil {
		return err
	}
	dir, err := relative(filepath.Dir(o.embed), o.out)
	if err != nil {
		return fmt.Errorf("%s: a link to %s: %w", o.embed, o.out, err)
	}
	dir = filepath.ToSlash(dir)
	command, err := embedCommand(o, dir)
	if err != nil {
		return err
	}

	var answers, tables strings.Builder
	embedAnswers(&answers, p, dir)
	doc, ok := answersSlot.fill(string(text), command, answers.String())
	if !ok {
		return fmt.Errorf("%s: no line %q with a line %q after it: add them where the answers belong", o.embed, answersSlot.begin+" -->", answersSlot.end)
	}
	if s := p.SelfTest; s != nil && s.Folder != "" {
		markdownTable(&tables, s.Figures)
		markdownTable(&tables, s.Power)
		if filled, ok := selfTestSlot.fill(doc, command, tables.String()+"\n"); ok {
			doc = filled
		}
	}
	path, err := filepath.EvalSymlinks(o.embed)
	if err != nil {
		return err
	}
	return study.ReplaceFile(path, []byte(doc))
}

// embedCommand is how to fill the slots again, from the document's folder; dir is the study.
func embedCommand(o *options, dir string) (string, error) {
	command := "go run ./cmd/report -embed " + filepath.Base(o.embed)
	for _, other := range o.how.elsewhere {
		to, err := relative(filepath.Dir(o.embed), other)
		if err != nil {
			return "", fmt.Errorf("%s: a path to %s: %w", o.embed, other, err)
		}
		command += " -elsewhere " + filepath.ToSlash(to)
	}
	return command + " " + dir, nil
}

// relative is the path to a folder from another, however either was given.
func relative(from, to string) (string, error) {
	from, err := filepath.Abs(from)
	if err == nil {
		to, err = filepath.Abs(to)
	}
	if err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}

// fill returns the document with the slot filled anew. It reports false if there is
// no such slot.
func (k slot) fill(doc, command, content string) (string, bool) {
	lines := strings.Split(doc, "\n")
	begin := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, k.begin) })
	if begin < 0 {
		return "", false
	}
	length := slices.IndexFunc(lines[begin:], func(l string) bool { return strings.HasPrefix(l, k.end) })
	if length < 0 {
		return "", false
	}
	filled := strings.Split(k.begin+" "+command+" -->\n"+content+k.end, "\n")
	return strings.Join(slices.Concat(lines[:begin], filled, lines[begin+length+1:]), "\n"), true
}

func embedAnswers(b *strings.Builder, p *page, dir string) {
	var strip []string
	for _, f := range p.Strip {
		strip = append(strip, markdown.Plain(f.Name)+" "+markdown.Plain(f.Value))
	}
	fmt.Fprintf(b, "Measured on: %s. The whole study with all tables is in [%s](%s/report.md).\n", strings.Join(strip, " · "), dir, dir)
	shown := "" // the chart of the last verdict that has one
	for _, v := range p.Verdicts {
		for _, h := range v.lines() {
			fmt.Fprintf(b, "\n**%s.** %s%s\n", markdown.Plain(h.Answer), markdown.Plain(h.Sentence), chartLink(h.Chart, dir+"/"+chartsFolder))
			shown = cmp.Or(h.Chart, shown)
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
	fmt.Fprintf(b, "\n## %s\n", markdown.Plain(p.Decisions().Caption))
	markdownTable(b, p.Decisions().Bare())
	embedElsewhere(b, p.Elsewhere)
	fmt.Fprintln(b, "\n<details><summary>All other charts</summary>")
	for _, f := range figures[false] {
		embedFigure(b, f, dir)
	}
	fmt.Fprintln(b, "\n</details>")
}

// embedElsewhere says how often the advice holds in other studies, and where it fails.
func embedElsewhere(b *strings.Builder, e *elsewhere) {
	if e == nil {
		return
	}
	fmt.Fprintf(b, "\n**%s**\n", e.Title())
	markdownTable(b, e.Studies)
	fmt.Fprintln(b)
	for _, text := range e.Fails {
		fmt.Fprintf(b, "- %s.\n", markdown.Plain(text))
	}
}

func embedFigure(b *strings.Builder, f figure, dir string) {
	fmt.Fprintf(b, "\n![%s](%s/%s/%s.svg)\n", markdown.Plain(f.Title), dir, chartsFolder, f.Name)
}
