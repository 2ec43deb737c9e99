package main

import (
	"regexp"
	"slices"

	"crossover/internal/catalog"
)

// narrow returns c with only the cases whose name matches, those whose capacity is
// asked for by one of them, and the floors that are shown beside them or match
// themselves. Patterns without any go, and verdicts lose the situations that went
// with them; what remains still validates.
func narrow(c *catalog.Catalog, re *regexp.Regexp) (*catalog.Catalog, error) {
	wanted := map[string]bool{}
	for _, p := range c.Patterns {
		for _, k := range p.Cases {
			if re.MatchString(k.Name) {
				wanted[k.Name] = true
				if k.CapacityOf != "" {
					wanted[k.CapacityOf] = true
				}
			}
		}
	}
	n := *c
	n.Patterns, n.Verdicts = nil, nil
	left := map[string]bool{}
	for _, p := range c.Patterns {
		p.Cases = slices.DeleteFunc(slices.Clone(p.Cases), func(k catalog.Case) bool { return !wanted[k.Name] })
		p.Floors = slices.DeleteFunc(slices.Clone(p.Floors), func(f catalog.Floor) bool {
			return !re.MatchString(f.Name) && !beside(f, p.Cases)
		})
		if len(p.Cases)+len(p.Floors) == 0 {
			continue
		}
		n.Patterns = append(n.Patterns, p)
		for _, s := range p.Situations {
			left[s.ID] = true
		}
	}
	if len(n.Patterns) == 0 {
		return nil, usagef("-bench %s: no case of the %s grid matches (-dry-run lists them)", re, c.Grid)
	}
	for _, v := range c.Verdicts {
		ids := slices.Clone(v.Situations)
		v.Situations = slices.DeleteFunc(ids, func(id string) bool { return !left[id] })
		if len(v.Situations) > 0 {
			n.Verdicts = append(n.Verdicts, v)
		}
	}
	return &n, nil
}

// beside reports whether a floor shares a situation with a case.
func beside(f catalog.Floor, cases []catalog.Case) bool {
	return slices.ContainsFunc(cases, func(k catalog.Case) bool {
		return slices.ContainsFunc(k.Situations, func(id string) bool { return slices.Contains(f.Situations, id) })
	})
}
