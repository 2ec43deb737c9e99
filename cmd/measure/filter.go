package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"crossover/internal/catalog"
)

// narrow returns c with only the cases whose name matches, as text too. Patterns
// without a case go, and verdicts lose the situations that went with them; what
// remains still validates.
func narrow(c *catalog.Catalog, re *regexp.Regexp) ([]byte, *catalog.Catalog, error) {
	n := *c
	n.Patterns, n.Verdicts = nil, nil
	left := map[string]bool{}
	for _, p := range c.Patterns {
		cases := slices.Clone(p.Cases)
		p.Cases = slices.DeleteFunc(cases, func(k catalog.Case) bool { return !re.MatchString(k.Name) })
		if len(p.Cases) == 0 {
			continue
		}
		n.Patterns = append(n.Patterns, p)
		for _, s := range p.Situations {
			left[s.ID] = true
		}
	}
	if len(n.Patterns) == 0 {
		return nil, nil, usagef("-bench %s: no case of the %s grid matches (-dry-run lists them)", re, c.Grid)
	}
	for _, v := range c.Verdicts {
		ids := slices.Clone(v.Situations)
		v.Situations = slices.DeleteFunc(ids, func(id string) bool { return !left[id] })
		if len(v.Situations) > 0 {
			n.Verdicts = append(n.Verdicts, v)
		}
	}
	text, err := json.MarshalIndent(n, "", "\t")
	if err != nil {
		return nil, nil, fmt.Errorf("encoding catalog: %w", err)
	}
	return append(text, '\n'), &n, nil
}
