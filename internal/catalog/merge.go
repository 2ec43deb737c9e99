package catalog

import (
	"fmt"
	"reflect"
	"slices"
)

// Merge adds supplements to a catalog: what other programs can measure in the same
// rounds. A pattern of the same name is one pattern: variants, floors and
// guarantees are appended, a situation of the same id is one situation, and cases
// join it. Of a known pattern a supplement need give no more than name, variants
// and cases; of a known situation the id alone, or else the same again. Verdicts
// and baselines are those of the first catalog. Nothing given is changed.
func Merge(first *Catalog, supplements ...*Catalog) (*Catalog, error) {
	m := *first
	m.Patterns = slices.Clone(first.Patterns)
	for _, s := range supplements {
		if s.Version != first.Version {
			return nil, fmt.Errorf("merging catalogs: version %d, want %d as in the first", s.Version, first.Version)
		}
		if s.Grid != first.Grid {
			return nil, fmt.Errorf("merging catalogs: a %s grid, want %s as in the first", s.Grid, first.Grid)
		}
		for _, p := range s.Patterns {
			i := slices.IndexFunc(m.Patterns, func(q Pattern) bool { return q.Name == p.Name })
			if i < 0 {
				m.Patterns = append(m.Patterns, p)
				continue
			}
			if err := m.Patterns[i].add(p); err != nil {
				return nil, fmt.Errorf("merging catalogs: pattern %s: %w", p.Name, err)
			}
		}
	}
	if err := m.Validate(); err != nil { // names that clash, situations that nobody has
		return nil, fmt.Errorf("merging catalogs: %w", err)
	}
	return &m, nil
}

// add appends what s has and p has not.
func (p *Pattern) add(s Pattern) error {
	switch {
	case s.Benchmark != "" && s.Benchmark != p.Benchmark:
		return fmt.Errorf("its benchmark is %s here and %s there", p.Benchmark, s.Benchmark)
	case len(s.Axes) > 0 && !slices.Equal(keys(s.Axes), keys(p.Axes)):
		return fmt.Errorf("its axes are %q here and %q there", keys(p.Axes), keys(s.Axes))
	}
	p.Situations = slices.Clone(p.Situations)
	for _, t := range s.Situations {
		i := slices.IndexFunc(p.Situations, func(u Situation) bool { return u.ID == t.ID })
		switch {
		case i < 0:
			p.Situations = append(p.Situations, t)
		case !reflect.DeepEqual(t, Situation{ID: t.ID}) && !reflect.DeepEqual(t, p.Situations[i]):
			return fmt.Errorf("situation %q is another here than there", t.ID)
		}
	}
	p.Variants = slices.Concat(p.Variants, s.Variants)
	p.Cases = slices.Concat(p.Cases, s.Cases)
	p.Floors = slices.Clone(p.Floors)
	for _, f := range s.Floors { // the same one in two binaries is measured once
		if !slices.ContainsFunc(p.Floors, func(g Floor) bool { return g.Name == f.Name }) {
			p.Floors = append(p.Floors, f)
		}
	}
	p.Guarantees = slices.Clone(p.Guarantees)
	for _, g := range s.Guarantees {
		i := slices.IndexFunc(p.Guarantees, func(h Guarantee) bool { return h.Law == g.Law })
		if i < 0 {
			p.Guarantees = append(p.Guarantees, g)
		} else {
			p.Guarantees[i] = p.Guarantees[i].and(g)
		}
	}
	return nil
}

// and is one law with the subjects of both.
func (g Guarantee) and(s Guarantee) Guarantee {
	g.Holds = slices.Concat(g.Holds, s.Holds)
	g.Excused = union(g.Excused, s.Excused)
	g.Broken = union(g.Broken, s.Broken)
	return g
}

func union(a, b map[string]string) map[string]string {
	if len(a)+len(b) == 0 {
		return nil
	}
	u := map[string]string{}
	for _, m := range []map[string]string{a, b} {
		for k, v := range m {
			u[k] = v
		}
	}
	return u
}

func keys(axes []Axis) (ks []string) {
	for _, a := range axes {
		ks = append(ks, a.Key)
	}
	return ks
}
