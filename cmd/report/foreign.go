package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"

	"crossover/cmd/report/internal/results"
	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// Results of any project are shown as if they were a study, with a catalog that is
// guessed from the names: each benchmark is a pattern, one key tells its variants
// apart, one with numbers is an axis, the others make situations. What was guessed is
// said on the page.

// foreignCase is a benchmark's name taken apart.
type foreignCase struct {
	pattern string
	keys    map[string]string
	order   []string // of keys
	at      place
	unit    string // that decides
}

// foreignFiles are files of results, as far as they were read.
type foreignFiles struct {
	study    *study.Study
	cases    []foreignCase       // of each sample
	times    map[foreignCell]int // that it was measured
	names    *naming
	deciding map[string]string          // unit, by name: time if it was ever measured, else the first
	configs  map[string]map[string]bool // by name
	cpus     []string
	bare     []string // paths of those whose names do not say GOMAXPROCS
}

type foreignCell struct {
	name string
	at   place
}

// loadForeign makes a model of files of results. What of a name matches variants tells the
// variants apart; nil leaves that to a guess.
func loadForeign(paths []string, variants *regexp.Regexp) (*model, error) {
	var all []*results.Results
	paths = slices.Clone(paths)
	for i, path := range paths {
		r, err := results.Read(path, "*")
		if err != nil {
			return nil, err
		}
		all = append(all, r)
		if path == results.Stdin {
			paths[i] = "standard input"
		}
	}
	names, err := newNaming(all, variants)
	if err != nil {
		return nil, err
	}
	s := &study.Study{Catalog: &catalog.Catalog{Version: catalog.Version}, Units: benchfmt.UnitMetadataMap{}}
	f := foreignFiles{study: s, names: names, times: map[foreignCell]int{}, deciding: map[string]string{}, configs: map[string]map[string]bool{}}
	labels := fileLabels(paths)
	for i, r := range all {
		f.take(r, paths[i], labels[i])
	}
	for i := range f.cases {
		f.cases[i].unit = f.deciding[f.cases[i].name()]
	}
	slices.Sort(f.cpus)
	f.cpus = slices.Compact(f.cpus)
	s.Machine.CPU = cmp.Or(spell.List(f.cpus), "an unknown CPU")
	s.Machine.Complete = true
	assumed := slices.Concat(f.assumed(paths), guessCatalog(s.Catalog, f.cases), guessDirections(s.Units, f.cases), f.pooled())
	m := newModel(s)
	if odd := m.settle(f.cases); odd != "" {
		assumed = append(assumed, fmt.Sprintf("Decisions are taken at the GOMAXPROCS most samples of a benchmark have; what has another shows beside them, among it %s.", odd))
	}
	m.foreign = assumed
	for _, path := range paths {
		m.files = append(m.files, results.Visible(filepath.Base(path)))
	}
	s.Warnings = append(s.Warnings, assumed...)
	return m, nil
}

// take takes a file in.
func (f *foreignFiles) take(r *results.Results, path, label string) {
	s := f.study
	for _, bad := range r.Bad {
		s.Warnings = append(s.Warnings, bad.Error()+".") // begins with a path
	}
	for _, fail := range r.Fails {
		s.Warnings = append(s.Warnings, "Something failed: "+fail+".")
	}
	f.cpus = append(f.cpus, r.Configured("cpu")...)
	for k, u := range r.Units {
		s.Units[k] = u
	}
	apart := results.ConfigApart(r)
	if f.names.bare[r] {
		f.bare = append(f.bare, path)
	}
	var dropped timeless
	for _, l := range r.Lines {
		c := takeApart(l, f.names.of(r, l), label, apart[l.ID()])
		name := c.name()
		usable := slices.DeleteFunc(slices.Clone(l.Values), func(v benchfmt.Value) bool { return dropped.add(path, l.Line, name, v) })
		f.add(c, l, usable)
	}
	s.Warnings = append(s.Warnings, dropped.warning()...)
}

// add takes a line in, of whose values some may be unusable.
func (f *foreignFiles) add(c foreignCase, l results.Line, usable []benchfmt.Value) {
	name := c.name()
	for _, v := range l.Values {
		if f.deciding[name] == "" || v.Unit == study.Cost {
			f.deciding[name] = v.Unit
		}
	}
	if f.configs[name] == nil {
		f.configs[name] = map[string]bool{}
	}
	f.configs[name][strings.Join(l.Config, "; ")] = true
	id := foreignCell{name, c.at}
	f.times[id]++
	f.cases = append(f.cases, c)
	f.study.Measured = append(f.study.Measured, study.Measured{
		Sample: study.Sample{Round: f.times[id], Order: len(f.cases), Case: name, CPUs: c.at.cpus, GOMAXPROCS: c.at.procs, Pin: c.at.pin},
		Line:   l.Line, Tidied: usable,
	})
}

// assumed is what the files do not say and is taken for granted.
func (f *foreignFiles) assumed(paths []string) []string {
	said := []string{
		fmt.Sprintf("The results are of no study (%s): they have no rounds. The first sample of each benchmark is taken for round 1, the second for round 2; if they ran in blocks, as with go test -count, a drift between blocks looks like a difference.", spell.List(paths)),
		"Nothing says which variant is simpler: the one that stands earlier in the file counts as such. Everybody may be advised.",
		"A number that ends a name, as in BenchmarkX-8, is taken for GOMAXPROCS, none for 1.",
	}
	if len(f.bare) > 0 {
		said = append(said, fmt.Sprintf("%s seems to be measured with GOMAXPROCS 1, where go test adds no number: those that end names there are the names' own.", spell.List(f.bare)))
	}
	if !slices.ContainsFunc(f.cases, func(c foreignCase) bool { return c.at.cpus > 0 }) {
		said = append(said, "Nothing says how many CPUs there were.")
	}
	if len(f.cpus) > 1 {
		said = append(said, fmt.Sprintf("The results are of several machines: %s. What differs may be the machine's.", spell.List(f.cpus)))
	}
	return said
}

// pooled says that there are benchmarks of several configurations, if there are.
func (f *foreignFiles) pooled() []string {
	var mixed []string
	for name, all := range f.configs {
		if len(all) > 1 {
			mixed = append(mixed, name)
		}
	}
	if len(mixed) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s of several configurations pooled, among them %s: report table tells them apart.", spell.Sentence(spell.Count(len(mixed), "benchmark")), slices.Min(mixed))}
}

// fileLabels tell files apart: by their names, or by their paths where names are the same.
// The only file needs none.
func fileLabels(paths []string) []string {
	labels := make([]string, len(paths))
	if len(paths) == 1 {
		return labels
	}
	names := map[string]int{}
	for _, p := range paths {
		names[filepath.Base(p)]++
	}
	for i, p := range paths {
		if labels[i] = filepath.Base(p); names[labels[i]] > 1 {
			labels[i] = filepath.ToSlash(p)
		}
		labels[i] = results.Visible(labels[i])
	}
	return labels
}

// takeApart makes keys of a name's parts; a part without = is keyed by its position, and a key
// that comes again by its turn. The variant is a key, and file too unless it is "", and so is
// what of the configuration tells samples apart.
func takeApart(l results.Line, name nameParts, file string, apart map[string]bool) foreignCase {
	c := foreignCase{pattern: name.benchmark, keys: map[string]string{}, at: place{procs: name.procs, pin: l.Pin}}
	c.at.cpus, _ = strconv.Atoi(l.CPUs) // few files say it
	add := func(k, v string) {
		again := k
		for turn := 2; slices.Contains(c.order, again); turn++ {
			again = fmt.Sprintf("%s (%d)", k, turn)
		}
		c.order = append(c.order, again)
		c.keys[again] = v
	}
	if name.variant != "" {
		add(askedVariant, name.variant)
	}
	if file != "" {
		add("file", file)
	}
	for i, part := range name.parts {
		if k, v, ok := strings.Cut(part, "="); ok && k != "" {
			add(k, v)
		} else {
			add(fmt.Sprintf("part %d", i+1), part)
		}
	}
	for _, word := range l.Config {
		if k, v, _ := strings.Cut(word, ": "); apart[k] {
			add(k, results.Visible(v))
		}
	}
	return c
}

func (c foreignCase) name() string {
	name := c.pattern
	for _, k := range c.order {
		name += "/" + k + "=" + c.keys[k]
	}
	return name
}

// settle sets where decisions are taken, for each benchmark at the GOMAXPROCS (and CPUs, where
// the file says them) of most of its samples, and returns a case that was measured elsewhere; "" if none was.
func (m *model) settle(cases []foreignCase) (odd string) {
	m.own = map[*catalog.Pattern]place{}
	owns := map[string]place{} // by case
	for i, benchmark := range byPattern(cases) {
		own := commonest(benchmark)
		m.own[&m.Catalog.Patterns[i]] = own
		for _, c := range benchmark {
			owns[c.name()] = own
		}
		if i == 0 {
			m.full = own
		} else if own != m.full {
			m.full = place{} // there is no such
		}
	}
	for _, x := range m.Measured {
		if owns[x.Case] != (place{x.CPUs, x.GOMAXPROCS, x.Pin}) {
			return x.Case
		}
	}
	return ""
}

// commonest is where most samples were taken, among equals with the most CPUs; pinned ones
// only where there are no others.
func commonest(cases []foreignCase) place {
	n := map[place]int{}
	for _, c := range cases {
		n[c.at]++
	}
	rank := func(a, b place) int {
		return cmp.Or(cmp.Compare(len(b.pin), len(a.pin)), cmp.Compare(n[a], n[b]), cmp.Compare(a.cpus, b.cpus), cmp.Compare(a.procs, b.procs), cmp.Compare(a.pin, b.pin))
	}
	return slices.MaxFunc(slices.Collect(maps.Keys(n)), rank)
}

// byPattern are the cases of each pattern, in the order in which they first come.
func byPattern(cases []foreignCase) (groups [][]foreignCase) {
	at := map[string]int{}
	for _, c := range cases {
		i, ok := at[c.pattern]
		if !ok {
			i = len(groups)
			at[c.pattern] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}
