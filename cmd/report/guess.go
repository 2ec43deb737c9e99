package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// guessCatalog fills in patterns and says what it took for what.
func guessCatalog(c *catalog.Catalog, cases []foreignCase) (said []string) {
	benchmarks := byPattern(cases)
	var names []string
	for _, b := range benchmarks {
		names = append(names, b[0].pattern)
	}
	short := shortNames(names)
	var alone []string
	for i, b := range benchmarks {
		p, what := guessPattern(short[names[i]], fmt.Sprintf("b%d", i+1), b)
		c.Patterns = append(c.Patterns, p)
		if what != "" {
			said = append(said, what)
		} else {
			alone = append(alone, p.Name)
		}
	}
	if len(said) > 5 {
		said = append(said[:5], fmt.Sprintf("And so for %d more benchmarks.", len(said)-5))
	}
	if len(alone) > 0 {
		said = append(said, fmt.Sprintf("Nothing is compared with %s: variants are told by a part of the name that is no number, as in BenchmarkX/impl=a, by their files, or by what of the names matches -variants REGEXP.", spell.Some(alone)))
	}
	return said
}

// shortNames leave the package out where that is clear.
func shortNames(names []string) map[string]string {
	n := map[string]int{}
	bare := func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }
	for _, s := range names {
		n[bare(s)]++
	}
	out := map[string]string{}
	for _, s := range names {
		out[s] = s
		if n[bare(s)] == 1 {
			out[s] = bare(s)
		}
	}
	return out
}

// guessPattern makes one benchmark a pattern, and says what it took for what.
func guessPattern(name, id string, cases []foreignCase) (catalog.Pattern, string) {
	roles := guessRoles(cases)
	p := catalog.Pattern{Name: name, Benchmark: name, Op: "op", Axes: roles.axes()}
	situations := map[string]int{}
	along := map[int][]string{} // values of the axis in a situation, of each case
	variants := map[string]bool{}
	known := map[string]bool{}
	for _, c := range cases {
		full := c.name()
		if known[full] {
			continue
		}
		known[full] = true
		impl := cmp.Or(c.keys[roles.of], name)
		if !variants[impl] {
			variants[impl] = true
			p.Variants = append(p.Variants, catalog.Variant{Name: impl, TierName: "unknown"})
		}
		point, where := roles.point(c)
		i, ok := situations[where+c.unit]
		if !ok {
			i = len(p.Situations)
			situations[where+c.unit] = i
			s := catalog.Situation{ID: fmt.Sprintf("%s-%d", id, i+1), Name: cmp.Or(where, name), Point: point, Axis: ownKey(roles.axis)}
			if c.unit != study.Cost {
				s.Unit = c.unit
			}
			p.Situations = append(p.Situations, s)
		}
		along[i] = append(along[i], c.keys[roles.axis])
		keys := map[string]string{"impl": impl, "as": "goroutine"}
		maps.Copy(keys, point)
		p.Cases = append(p.Cases, catalog.Case{Name: full, Keys: keys, Situations: []string{p.Situations[i].ID}})
	}
	p.Baseline = p.Variants[0].Name
	if roles.axis != "" {
		for i := range p.Situations {
			decideAt(&p.Situations[i], name, roles.axis, middle(along[i]))
		}
	}
	return p, roles.say(name)
}

// decideAt makes a value of its axis part of a situation, and of its name unless that is the
// benchmark's.
func decideAt(s *catalog.Situation, benchmark, axis, value string) {
	s.Point[s.Axis] = value
	at := axis + " " + value
	if s.Name == benchmark {
		s.Name = at
	} else {
		s.Name += ", " + at
	}
}

// keyRoles are what a benchmark's keys are taken for.
type keyRoles struct {
	keys   []string
	values map[string][]string
	of     string // whose values are compared, "" if nothing is
	axis   string // along which, "" if along none
}

func guessRoles(cases []foreignCase) (r keyRoles) {
	r.keys, r.values = keysOf(cases)
	r.of = variantKey(r.keys, r.values)
	r.axis = axisKey(r.keys, r.values, r.of)
	return r
}

// axes are the keys that are not compared.
func (r keyRoles) axes() (axes []catalog.Axis) {
	for _, k := range r.keys {
		if k != r.of {
			axes = append(axes, catalog.Axis{Key: ownKey(k), Title: k, Unit: unitOfValues(r.values[k])})
		}
	}
	return axes
}

// point is where a case was measured, and that in words but for the axis.
func (r keyRoles) point(c foreignCase) (point map[string]string, where string) {
	point = map[string]string{}
	var words []string
	for _, k := range r.keys {
		if k == r.of {
			continue
		}
		point[ownKey(k)] = c.keys[k]
		if k != r.axis && c.keys[k] != "" {
			words = append(words, k+" "+c.keys[k])
		}
	}
	return point, strings.Join(words, ", ")
}

// say says what is compared, "" if nothing is.
func (r keyRoles) say(benchmark string) string {
	if r.of == "" {
		return ""
	}
	what := fmt.Sprintf("%s: compared are the values of %s", benchmark, r.of)
	if r.of == askedVariant {
		what = benchmark + ": compared is what matches " + r.of
	}
	if strings.HasPrefix(r.of, "part ") { // nobody said that they are variants
		what += ", as if all did the same work"
	}
	if r.axis != "" {
		what += fmt.Sprintf(", along %s and decided in its middle", r.axis)
	}
	return what + "."
}

// ownKey is what a key of a name is called in the catalog, where impl is what is compared.
func ownKey(k string) string {
	if k == "impl" {
		return "impl (of the name)"
	}
	return k
}

// keysOf are the keys of cases, and the values of each, in the order in which they first come.
func keysOf(cases []foreignCase) (keys []string, values map[string][]string) {
	values = map[string][]string{}
	seen := map[string]bool{}
	for _, c := range cases {
		for _, k := range c.order {
			if values[k] == nil {
				keys = append(keys, k)
			}
			if v := k + "=" + c.keys[k]; !seen[v] {
				seen[v] = true
				values[k] = append(values[k], c.keys[k])
			}
		}
	}
	return keys, values
}

// middle is the middle one of the numbers that come most often.
func middle(numbers []string) string {
	n := map[string]int{}
	for _, v := range numbers {
		n[v]++
	}
	most := slices.Max(slices.Collect(maps.Values(n)))
	maps.DeleteFunc(n, func(_ string, n int) bool { return n < most })
	size := func(v string) float64 {
		x, _ := quantity(v)
		return x
	}
	sorted := slices.SortedFunc(maps.Keys(n), func(a, b string) int { return cmp.Or(cmp.Compare(size(a), size(b)), cmp.Compare(a, b)) })
	return sorted[(len(sorted)-1)/2]
}

// askedVariant is the key of what the user has told the variants apart by.
const askedVariant = "-variants"

// variantKey is what is compared: what the user said, or impl, or files, or the first key
// whose values are words. Numbers are sizes, and no rivals; nor are opposites, between which
// nobody chooses.
func variantKey(keys []string, values map[string][]string) string {
	if len(values[askedVariant]) > 0 {
		return askedVariant
	}
	for _, k := range []string{"impl", "file"} {
		if len(values[k]) > 1 {
			return k
		}
	}
	for _, k := range keys {
		if len(values[k]) > 1 && !areNumbers(values[k]) && !haveOpposites(values[k]) {
			return k
		}
	}
	return ""
}

// opposites are words that benchmarks tell their situations by.
var opposites = [][2]string{
	{"encode", "decode"}, {"marshal", "unmarshal"}, {"serialize", "deserialize"}, {"compress", "decompress"}, {"encrypt", "decrypt"}, {"sign", "verify"},
	{"read", "write"}, {"reads", "writes"}, {"reader", "writer"}, {"get", "set"}, {"get", "put"}, {"load", "store"}, {"send", "receive"}, {"send", "recv"},
	{"push", "pop"}, {"enqueue", "dequeue"}, {"insert", "delete"}, {"insert", "lookup"}, {"add", "remove"}, {"open", "close"}, {"lock", "unlock"},
	{"hit", "miss"}, {"small", "large"}, {"small", "big"}, {"short", "long"}, {"empty", "full"}, {"cold", "warm"}, {"cold", "hot"},
	{"serial", "parallel"}, {"sequential", "parallel"}, {"sequential", "random"}, {"contended", "uncontended"},
}

func haveOpposites(values []string) bool {
	has := map[string]bool{}
	for _, v := range values {
		has[strings.ToLower(v)] = true
	}
	return slices.ContainsFunc(opposites, func(o [2]string) bool { return has[o[0]] && has[o[1]] })
}

// axisKey is the key with most numbers.
func axisKey(keys []string, values map[string][]string, not string) (axis string) {
	for _, k := range keys {
		if k != not && len(values[k]) > 1 && areNumbers(values[k]) && len(values[k]) > len(values[axis]) {
			axis = k
		}
	}
	return axis
}

// areNumbers reports whether all are quantities, of one word if of any: sha-256 and md5 are
// not.
func areNumbers(values []string) bool {
	first, _ := sizeOf(values[0])
	return !slices.ContainsFunc(values, func(v string) bool {
		_, ok := quantity(v)
		word, _ := sizeOf(v)
		return !ok || word != first
	})
}

// unitOfValues is ns if values are durations, B if they are counted in KiB or the like, else
// nothing.
func unitOfValues(values []string) string {
	for _, v := range values {
		if strings.HasSuffix(v, "iB") {
			return "B"
		}
		if _, err := time.ParseDuration(v); err == nil && v != "0" && !prefixed.MatchString(v) {
			return "ns"
		}
	}
	return ""
}

// guessDirections says of units that nobody has declared whether more of them is better.
func guessDirections(units benchfmt.UnitMetadataMap, cases []foreignCase) (said []string) {
	asked := map[string]bool{}
	for _, c := range cases {
		if asked[c.unit] || study.Direction(units, c.unit) != 0 {
			continue
		}
		asked[c.unit] = true
		better := "less"
		if study.IsRate(c.unit) {
			better = "more"
			key := benchfmt.UnitMetadataKey{Unit: c.unit, Key: "better"}
			units[key] = &benchfmt.UnitMetadata{UnitMetadataKey: key, OrigUnit: c.unit, Value: "higher"}
		}
		said = append(said, fmt.Sprintf("Nothing says whether more of %s is better or less: %s is taken for better. A line \"Unit %[1]s better=higher\" or better=lower in the file says it.", c.unit, better))
	}
	return said
}
