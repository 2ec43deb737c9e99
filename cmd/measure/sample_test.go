package main

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"crossover/internal/catalog"
)

func TestParse(t *testing.T) {
	const good = "BenchmarkX/size=1-2 \t 10\t 12.5 ns/op\t 3 cpu-ns/op\n"
	for _, test := range []struct{ name, output, err string }{
		{"good", "goos: linux\nUnit cpu-ns/op better=lower\n" + good + "PASS\n", ""},
		{"nothing", "PASS\n", "no result of BenchmarkX/size=1-2"},
		{"two", good + good, "more than one"},
		{"another", "BenchmarkX/size=1-4 10 12.5 ns/op\n", "a result of BenchmarkX/size=1-4"},
		{"torn", "BenchmarkX/size=1-2 10 12.5\n", "missing units"},
		{"NaN", "BenchmarkX/size=1-2 10 12.5 ns/op NaN p99-ns\n", "has NaN"},
		{"infinite", "BenchmarkX/size=1-2 10 12.5 ns/op +Inf dropped-ratio\n", "has +Inf dropped-ratio"},
		{"no time", "BenchmarkX/size=1-2 10 12.5 B/op\n", "no ns/op"},
		{"another number", "BenchmarkX/size=1-2 1 12.5 ns/op\n", "of 1 operations, it was asked for 10x"},
		{"a unit twice", "BenchmarkX/size=1-2 10 12.5 ns/op 3 ns/op\n", "ns/op twice"},
		{"a unit twice, in two sizes", "BenchmarkX/size=1-2 10 12.5 ns/op 3 sec/op\n", "sec/op twice"},
		{"too little to be read", "BenchmarkX/size=1-2 10 5e-324 ns/op\n", "no ns/op"},
		{"endless", "BenchmarkX/size=1-2 10 1e300 ns/op\n", "no sample takes so long"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var s sample
			err := s.parse([]byte(test.output), "BenchmarkX/size=1-2", "10x")
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]float64{"ns/op": 12.5, "cpu-ns/op": 3}
			if s.N != 10 || !reflect.DeepEqual(s.Values, want) || len(s.units) != 1 {
				t.Errorf("N %d, values %v, units %v", s.N, s.Values, s.units)
			}
		})
	}
}

func TestNames(t *testing.T) {
	c := cell{Case: catalog.Case{Name: "BenchmarkX/size=1"}, place: place{pair: pair{1, 1}}}
	if got := printedName(c); got != c.Name {
		t.Errorf("at GOMAXPROCS 1 go test prints %s", got)
	}
	c.procs = 4
	if got := printedName(c); got != "BenchmarkX/size=1-4" {
		t.Errorf("at GOMAXPROCS 4 go test prints %s", got)
	}
	elements := strings.Split(exactly("BenchmarkX/d=1.5us"), "/")
	for i, test := range []struct{ yes, no string }{{"BenchmarkX", "BenchmarkX2"}, {"d=1.5us", "d=1x5us"}} {
		re := regexp.MustCompile(elements[i])
		if !re.MatchString(test.yes) || re.MatchString(test.no) {
			t.Errorf("%s should match %s and not %s", elements[i], test.yes, test.no)
		}
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("line\n", 100)
	for _, test := range []struct{ output, want string }{
		{"", ""},
		{"\n", ""},
		{"one\ntwo\n", "\none\ntwo"},
		{"goos: linux\ncpus: 2\nUnit x better=lower\nFAIL", "\nFAIL"},
		{long + "last", "\n" + strings.Repeat("line\n", 11) + "last"},
		{"\x1b[31mred\x00\r\n", "\n\ufffd[31mred\ufffd"},
		{strings.Repeat("é", 501), "\n" + strings.Repeat("é", 500) + "…"},
		{"header\npanic: it broke\n" + long, "\npanic: it broke" + strings.Repeat("\nline", 11)},
	} {
		if got := excerpt(test.output); got != test.want {
			t.Errorf("excerpt(%.20q) = %q, want %q", test.output, got, test.want)
		}
	}
}
