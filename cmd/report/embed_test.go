package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEmbed(t *testing.T) {
	dir := t.TempDir()
	doc := filepath.Join(dir, "README.md")
	const before, after = "# Title\n\nSome words.\n\n", "\n## More\n"
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(doc, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	read := func() string {
		t.Helper()
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	embedded := func() (status int, stderr string) {
		var out, errs bytes.Buffer
		status = run([]string{"-o", filepath.Join(dir, "out"), "-embed", doc, "testdata/study"}, &out, &errs)
		return status, errs.String()
	}

	write(before + answersSlot.begin + " never -->\nold\n" + answersSlot.end + after)
	if status, errs := embedded(); status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	first := read()
	if !strings.HasPrefix(first, before+answersSlot.begin+" go run ./cmd/report -embed README.md out -->\n") ||
		!strings.HasSuffix(first, answersSlot.end+after) || strings.Contains(first, "\nold\n") {
		t.Errorf("got\n%s", first)
	}
	for _, want := range []string{"Channel or mutex?", "| Situation |", "](out/charts/"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %q in\n%s", want, first)
		}
	}
	if status, _ := embedded(); status != 0 || read() != first {
		t.Error("embedding again changes the document")
	}
	data, err := filepath.Abs("testdata/study")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir) // one path relative, the other not
	var out, errs bytes.Buffer
	if status := run([]string{"-o", filepath.Join(dir, "out"), "-embed", "README.md", data}, &out, &errs); status != 0 || read() != first {
		t.Errorf("status %d: %s", status, errs.String())
	}
	embedded = func() (int, string) {
		var out, errs bytes.Buffer
		return run([]string{"-o", filepath.Join(dir, "out"), "-embed", doc, data}, &out, &errs), errs.String()
	}

	write(before + answersSlot.begin + " -->\n" + answersSlot.end + after + selfTestSlot.begin + " -->\nold\n" + selfTestSlot.end + "\nthe end\n")
	if status, errs := embedded(); status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	_, second, _ := strings.Cut(read(), after)
	if !strings.HasPrefix(second, selfTestSlot.begin+" go run ./cmd/report -embed README.md out -->\n") ||
		!strings.HasSuffix(second, selfTestSlot.end+"\nthe end\n") || strings.Contains(second, "\nold\n") {
		t.Errorf("got\n%s", second)
	}
	for _, want := range []string{"| False positives", "| 5 %"} {
		if !strings.Contains(second, want) {
			t.Errorf("no %q in the self-test:\n%s", want, second)
		}
	}

	for _, bad := range []string{before, before + answersSlot.end + "\n" + answersSlot.begin + " -->\n"} {
		write(bad)
		if status, errs := embedded(); status != 2 || !strings.Contains(errs, "README.md: no line") {
			t.Errorf("status %d, %q; want 2 and where", status, errs)
		}
		if read() != bad {
			t.Error("a document without markers was changed")
		}
	}
	doc = os.DevNull // as little a document as /dev/zero, whose end nobody has read
	if status, errs := embedded(); status != 2 || !strings.Contains(errs, doc+" is no file") {
		t.Errorf("status %d, %q; want 2 and why", status, errs)
	}
}
