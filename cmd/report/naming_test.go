package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestVariantsAsked: what of the names tells variants apart may be said, wherever it stands.
func TestVariantsAsked(t *testing.T) {
	grid := func(name func(who, what string) string) (all []string) {
		for i, who := range []string{"Hax", "Sync"} {
			for j, what := range []string{"Read", "Write"} {
				all = append(all, series8("Benchmark"+name(who, what)+"-8", "ns/op", float64(10+i*20+j))...)
			}
		}
		return all
	}
	for _, x := range []struct {
		variants string
		lines    []string
		want     []string // in what is advised
	}{
		{"Hax|Sync", grid(func(who, what string) string { return who + what }), []string{"Read\n  Use Hax", "Write\n  Use Hax"}},
		{"^([A-Z][a-z]*)", grid(func(who, what string) string { return who + what }), []string{"Read\n  Use Hax"}},
		{"(?i)hax|sync", grid(func(who, what string) string { return what + "_" + who }), []string{"Read\n  Use Hax"}},
		{"/([^/]*)$", grid(func(who, what string) string { return "Map/" + what + "/" + who }), []string{"Map: part 1 Read\n  Use Hax", "Map: part 1 Write\n  Use Hax"}},
		{"Hax|Sync", grid(func(who, what string) string { return who + "/impl=" + what }), []string{"All: impl Read\n  Use Hax"}},
		{"^[^/]*", grid(func(who, what string) string { return who + "/" + what }), []string{"Read\n  Use Hax"}},
		{".*", grid(func(who, what string) string { return who + what }), []string{"All\n  Use HaxRead"}},
		{`workers=\d+`, slices.Concat(series8("BenchmarkPut/workers=2", "ns/op", 10), series8("BenchmarkPut/workers=4", "ns/op", 30)), []string{"Put\n  Use workers=2"}},
		{"Hax", grid(func(who, what string) string { return who + what }), []string{"Read\n  Use Hax", "SyncRead\n  Use SyncRead"}},
	} {
		got := advised(t, "-variants", x.variants, lines(t, "x.txt", x.lines...))
		for _, want := range x.want {
			if !strings.Contains(got, want) {
				t.Errorf("-variants %s: no %q in\n%s", x.variants, want, got)
			}
		}
	}

	file := lines(t, "x.txt", grid(func(who, what string) string { return who + what })...)
	for variants, want := range map[string]string{
		"^Benchmark": "matches no name: \"Benchmark\" and GOMAXPROCS are left out, as in HaxRead\n",
		"x*":         "matches no name", // not even where it matches nothing
		"(":          "missing closing )",
	} {
		var errs bytes.Buffer
		if code := run([]string{"-variants", variants, file}, &errs, &errs); code != 2 || !strings.Contains(errs.String(), want) {
			t.Errorf("-variants %s: exit status %d: %s", variants, code, errs.String())
		}
	}
	var errs bytes.Buffer
	if code := run([]string{"advise", "-variants", "chan", studyDir}, &errs, &errs); code != 2 || !strings.Contains(errs.String(), "a study says itself") {
		t.Errorf("-variants and a study: exit status %d: %s", code, errs.String())
	}
}

// TestFilesOfOneImpl: files are compared although their names have an impl, and further keys.
func TestFilesOfOneImpl(t *testing.T) {
	a := lines(t, "a.txt", series8("BenchmarkPut/impl=chan/n=10-8", "ns/op", 10)...)
	b := lines(t, "b.txt", series8("BenchmarkPut/impl=chan/n=10-8", "ns/op", 30)...)
	if got := advised(t, a, b); !strings.Contains(got, "Put: impl chan, n 10\n  Use a.txt") || !strings.Contains(got, "b.txt 3.0×") {
		t.Error(got)
	}
}
