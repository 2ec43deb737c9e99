package catalog

import "testing"

func TestOnly(t *testing.T) {
	for expression, want := range map[string]string{
		`^BenchmarkX$/^impl=a\.b$/^d=1\.5us$`: "BenchmarkX/impl=a.b/d=1.5us",
		`^BenchmarkX$/^impl=(a|b)$`:           "",
		`BenchmarkX/impl=a`:                   "",
		`^BenchmarkX$/^d=1.5us$`:              "",
		`.`:                                   "",
		``:                                    "",
	} {
		if got := Only(expression); got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
}
