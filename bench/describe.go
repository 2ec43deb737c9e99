package bench

import (
	"fmt"
	"path"
	"strconv"

	"crossover/internal/catalog"
	"crossover/patterns"
	"crossover/patterns/lawtest"
)

// describe puts a variant into the catalog. folder is the pattern's.
func describe(folder string, v patterns.Info) catalog.Variant {
	d := catalog.Variant{
		Name:       v.Name,
		Summary:    v.Summary,
		File:       path.Join("patterns", folder, v.File),
		Source:     v.Source,
		Tier:       int(v.Tier),
		TierName:   v.Tier.String(),
		Properties: map[string]string{},
	}
	set := func(key, value string) {
		if value != "" {
			d.Properties[key] = value
		}
	}
	set("order", string(v.Order))
	set("overflow", string(v.Overflow))
	set("survives", string(v.Survives))
	set("cancel", yes(v.Cancels))
	set("spins", yes(v.Spins))
	set("crosses", yes(v.Crosses))
	set("producers", limit(v.Producers))
	set("consumers", limit(v.Consumers))
	set("max item", limit(v.MaxItem))
	set("min capacity", limit(v.MinCapacity))
	set("max capacity", limit(v.MaxCapacity))
	return d
}

// guarantees puts the laws of a pattern into the catalog, with whom they bind. The
// pattern's tests hold every subject to every law that binds it, and to breaking
// those it is said to break.
func guarantees[S fmt.Stringer](laws []lawtest.Law[S], subjects []S, breaks lawtest.Breaks) (all []catalog.Guarantee) {
	for _, law := range laws {
		g := catalog.Guarantee{Law: law.Name, Doc: law.Doc, Holds: []string{}, Excused: map[string]string{}, Broken: map[string]string{}}
		for _, s := range subjects {
			name := s.String()
			if why := law.Excuse(s); why != "" {
				g.Excused[name] = why
			} else if how, broken := breaks[name][law.Name]; broken {
				g.Broken[name] = how
			} else {
				g.Holds = append(g.Holds, name)
			}
		}
		all = append(all, g)
	}
	return all
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func limit(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
