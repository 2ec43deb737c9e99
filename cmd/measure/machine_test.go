package main

import (
	"slices"
	"strings"
	"testing"

	"crossover/internal/study"
)

func TestSlug(t *testing.T) {
	for _, test := range []struct{ model, want string }{
		{"AMD EPYC", "amd-epyc"},
		{"AMD EPYC 9R14 96-Core Processor", "amd-epyc-9r14"},
		{"Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", "intel-xeon-platinum-8375c"},
		{"13th Gen Intel(R) Core(TM) i7-1370P", "13th-gen-intel-core-i7-1370p"},
		{"AMD Ryzen 7 7840U w/ Radeon 780M Graphics", "amd-ryzen-7-7840u"},
		{"amd64", "amd64"},
		{"../../etc", "etc"},
	} {
		if got := slug(test.model); got != test.want {
			t.Errorf("slug(%q) = %q, want %q", test.model, got, test.want)
		}
	}
}

func TestWarnings(t *testing.T) {
	fine := study.Machine{CPUs: 4, Clock: "tsc"}
	for _, test := range []struct {
		name        string
		change      func(*study.Machine)
		load, quota float64
		want        string // "" for no warning
	}{
		{"fine", func(*study.Machine) {}, 1.9, 0, ""},
		{"a quota that is enough", func(*study.Machine) {}, 0, 4, ""},
		{"performance", func(m *study.Machine) { m.Governor = "performance" }, 0, 0, ""},
		{"busy", func(*study.Machine) {}, 2.1, 0, "load average 2.10 on 4 CPUs"},
		{"quota", func(*study.Machine) {}, 0, 1.5, "allows 1.5 CPUs"},
		{"clock", func(m *study.Machine) { m.Clock = "hpet" }, 0, 0, "hpet"},
		{"virtual", func(m *study.Machine) { m.Virtual = true }, 0, 0, "virtual machine"},
		{"governor", func(m *study.Machine) { m.Governor = "powersave" }, 0, 0, "powersave"},
		{"dirty", func(m *study.Machine) { m.Dirty, m.Commit = true, "0123456789abcdef" }, 0, 0, "commit 0123456789ab."},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := fine
			test.change(&m)
			got := warnings(m, 4, test.load, test.quota)
			if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)) {
				t.Errorf("warnings %q, want %q", got, test.want)
			}
			for _, w := range got {
				if !strings.HasSuffix(w, ".") {
					t.Errorf("%q is no sentence", w)
				}
			}
		})
	}
}

func TestDefaultDir(t *testing.T) {
	t.Chdir(t.TempDir())
	m := study.Machine{CPU: "AMD EPYC", CPUs: 2}
	var dirs []string
	for range 3 {
		dir := defaultDir(m)
		dirs = append(dirs, dir)
		w, err := study.Create(dir, m, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.Close()
	}
	const first = "results/local/0001-01-01-amd-epyc-2cpu"
	if want := []string{first, first + "-2", first + "-3"}; !slices.Equal(dirs, want) {
		t.Errorf("folders %q, want %q", dirs, want)
	}
}
