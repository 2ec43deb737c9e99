package main

import (
	"fmt"
	"io"
	"strings"

	"crossover/cmd/report/internal/markdown"
)

// writeMarkdown sets the page as GitHub shows it.
func writeMarkdown(w io.Writer, p *page) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", markdown.Plain(p.Title))
	var strip []string
	for _, f := range p.Strip {
		strip = append(strip, markdown.Plain(f.Name)+" **"+markdown.Plain(f.Value)+"**")
	}
	fmt.Fprintf(&b, "%s\n\n", strings.Join(strip, " · "))
	for _, text := range p.Warnings {
		fmt.Fprintf(&b, "> - %s\n", markdown.Plain(text))
	}
	for _, v := range p.Verdicts {
		for _, h := range v.lines() {
			fmt.Fprintf(&b, "\n### %s.\n\n%s%s\n", markdown.Plain(h.Answer), markdown.Plain(h.Sentence), chartLink(h.Chart, chartsFolder))
		}
		for _, m := range v.More {
			fmt.Fprintf(&b, "- %s\n", markdown.Plain(m))
		}
	}
	fmt.Fprintln(&b, "\n## Decisions")
	for i, g := range p.Goals {
		if i == 0 {
			markdownTable(&b, g.Table)
			continue
		}
		fmt.Fprintf(&b, "\n<details><summary>If the goal is: %s</summary>\n", markdown.Plain(g.Title))
		markdownTable(&b, g.Table)
		fmt.Fprintln(&b, "\n</details>")
	}
	markdownElsewhere(&b, p.Elsewhere)
	for _, s := range p.Patterns {
		markdownSection(&b, s)
	}
	if len(p.Yardsticks.Rows) > 0 {
		fmt.Fprintln(&b, "\n## How near to the best possible?")
		markdownTable(&b, p.Yardsticks)
	}
	fmt.Fprintln(&b, "\n## Can I trust this run?")
	markdownFacts(&b, p.Trust, markdown.Plain)
	markdownSelfTest(&b, p.SelfTest)
	for _, f := range p.Order {
		markdownFigure(&b, f)
	}
	if len(p.Failures.Rows) > 0 {
		markdownTable(&b, p.Failures)
	}
	fmt.Fprintln(&b, "\n## Reproduce")
	markdownFacts(&b, p.Reproduce, markdown.Code)
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownElsewhere(b *strings.Builder, e *elsewhere) {
	if e == nil {
		return
	}
	fmt.Fprintf(b, "\n## %s\n", e.Title())
	for _, t := range []table{e.Studies, e.Verdicts, e.Situations} {
		if len(t.Rows) > 0 {
			markdownTable(b, t)
		}
	}
}

func markdownSelfTest(b *strings.Builder, s *selfTestPart) {
	if s == nil {
		return
	}
	fmt.Fprint(b, "\n### Self-test of the instrument")
	switch {
	case s.Link != "":
		fmt.Fprintf(b, ": [%s](%s)", markdown.Plain(s.Folder), strings.ReplaceAll(s.Link, " ", "%20"))
	case s.Folder != "":
		fmt.Fprintf(b, ": %s", markdown.Plain(s.Folder))
	}
	fmt.Fprintln(b)
	for _, t := range s.Text {
		fmt.Fprintf(b, "\n%s\n", markdown.Plain(t))
	}
	if len(s.Missed) > 0 {
		fmt.Fprint(b, "\nTargets missed, and what to take from it:\n\n")
		for _, t := range s.Missed {
			fmt.Fprintf(b, "- %s\n", markdown.Plain(t))
		}
	}
	for _, t := range []table{s.Figures, s.Power} {
		if len(t.Rows) > 0 {
			markdownTable(b, t)
		}
	}
}

func markdownSection(b *strings.Builder, s section) {
	heading := s.Name
	if s.Question != "" {
		heading += ": " + s.Question
	}
	fmt.Fprintf(b, "\n## %s\n\n", markdown.Plain(heading))
	for _, a := range s.Answers {
		fmt.Fprintf(b, "- %s\n", markdown.Plain(a))
	}
	if s.Main != nil {
		markdownFigure(b, *s.Main)
	}
	for _, t := range s.Situations {
		fmt.Fprintf(b, "\n<details><summary>%s</summary>\n\n%s\n", markdown.Plain(t.Name), markdown.Plain(t.Note))
		if len(t.Table.Rows) > 0 {
			markdownTable(b, t.Table)
		}
		if len(t.Units.Rows) > 0 {
			markdownTable(b, t.Units)
		}
		for _, f := range t.Figures {
			markdownFigure(b, f)
		}
		fmt.Fprintln(b, "\n</details>")
	}
	if len(s.Guarantees.Rows) > 0 {
		fmt.Fprintln(b, "\n<details><summary>Who guarantees what</summary>")
		markdownTable(b, s.Guarantees)
		fmt.Fprintln(b, "\n</details>")
	}
	if len(s.Variants.Rows) > 0 {
		fmt.Fprintln(b, "\n### Variants and what they promise")
		markdownTable(b, s.Variants)
	}
	fmt.Fprintln(b, "\n### What this does not show")
	fmt.Fprintln(b)
	for _, t := range s.Silent {
		fmt.Fprintf(b, "- %s\n", markdown.Plain(t))
	}
}

func markdownFigure(b *strings.Builder, f figure) {
	fmt.Fprintf(b, "\n![%s](%s/%s.svg)\n\n%s\n", markdown.Plain(f.Title), chartsFolder, f.Name, markdown.Plain(f.Caption))
}

func markdownFacts(b *strings.Builder, facts []fact, set func(string) string) {
	fmt.Fprintln(b)
	for _, f := range facts {
		fmt.Fprintf(b, "- **%s**: %s\n", markdown.Plain(f.Name), set(f.Value))
	}
}

func markdownTable(b *strings.Builder, t table) {
	fmt.Fprintln(b)
	if t.Caption != "" {
		fmt.Fprintf(b, "**%s**\n\n", markdown.Plain(t.Caption))
	}
	if len(t.Rows) > 0 {
		markdownGrid(b, t)
	}
	for _, n := range t.Notes {
		fmt.Fprintf(b, "\n%s\n", markdown.Plain(n))
	}
}

// markdownGrid is the table without what stands around it.
func markdownGrid(b *strings.Builder, t table) {
	var head, rule []string
	for i, h := range t.Head {
		head = append(head, markdown.Plain(h))
		if t.IsNumber(i) {
			rule = append(rule, "--:")
		} else {
			rule = append(rule, ":--")
		}
	}
	fmt.Fprintf(b, "| %s |\n|%s|\n", strings.Join(head, " | "), strings.Join(rule, "|"))
	for _, row := range t.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, markdownCell(c))
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

func markdownCell(c cell) string {
	s := markdown.Plain(c.Text)
	if c.Code && c.Text != "" {
		s = markdown.Code(c.Text)
	}
	if c.Link != "" {
		s = "[" + s + "](" + c.Link + ")"
	}
	return s
}

// chartLink leads from a verdict to the chart that shows it, if there is one.
func chartLink(chart, folder string) string {
	if chart == "" {
		return ""
	}
	return fmt.Sprintf(" [Chart](%s/%s.svg)", folder, chart)
}
