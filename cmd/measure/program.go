package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// program is all entrants together.
type program struct {
	entrants []*entrant // the first also runs the control
	grid     string
	text     []byte // of the catalog
	catalog  *catalog.Catalog
	by       map[string]*entrant // by name of case or floor
}

// assemble builds the packages, finds the commands and merges their catalogs. A
// command that is not available here is left out with a warning.
func assemble(ctx context.Context, o *options, c *cache, warn func(string)) (*program, error) {
	p := &program{grid: o.grid, by: map[string]*entrant{}}
	for i, pkg := range o.pkgs {
		bin := ""
		if len(o.bins) > 0 {
			bin = o.bins[i]
		}
		e, err := fromPackage(ctx, pkg, bin, c)
		if err != nil {
			return nil, err
		}
		p.entrants = append(p.entrants, e)
	}
	for _, line := range o.with {
		e, err := fromCommand(line)
		if absent := (*notAvailable)(nil); errors.As(err, &absent) {
			warn(absent.Error())
			continue
		}
		if err != nil {
			return nil, err
		}
		p.entrants = append(p.entrants, e)
	}
	return p, p.ask(ctx, warn)
}

// ask sets the catalog and who runs what. Entrants that excuse themselves go.
func (p *program) ask(ctx context.Context, warn func(string)) error {
	var present []*entrant
	for i, e := range p.entrants {
		text, c, err := e.catalog(ctx, p.grid, i == 0)
		var absent *notAvailable
		if errors.As(err, &absent) && i > 0 {
			warn(absent.Error())
			continue
		}
		if err != nil {
			return err
		}
		for _, pattern := range c.Patterns {
			for _, k := range pattern.Cases {
				if other, ok := p.by[k.Name]; ok && other != e {
					return fmt.Errorf("%s and %s both have the case %s: rename the variant in one of them", other.name, e.name, k.Name)
				}
				p.by[k.Name] = e
			}
			for _, f := range pattern.Floors {
				if p.by[f.Name] == nil {
					p.by[f.Name] = e
				}
			}
		}
		present = append(present, e)
		if i == 0 {
			p.catalog, p.text = c, text // as printed, if there is but one
			continue
		}
		merged, err := catalog.Merge(p.catalog, c)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		if err := p.set(merged); err != nil {
			return err
		}
	}
	p.entrants = present
	return nil
}

// set makes c the catalog.
func (p *program) set(c *catalog.Catalog) error {
	text, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		return fmt.Errorf("encoding catalog: %w", err)
	}
	p.catalog, p.text = c, append(text, '\n')
	return nil
}

// narrow leaves in the catalog what -bench asks for, if it asks for anything.
func (p *program) narrow(re *regexp.Regexp) error {
	if re == nil {
		return nil
	}
	narrowed, err := narrow(p.catalog, re)
	if err != nil {
		return err
	}
	return p.set(narrowed)
}

// identities are the entrants as a study records them.
func (p *program) identities() (ids []study.Entrant) {
	for _, e := range p.entrants {
		ids = append(ids, study.Entrant{Name: e.name, SHA256: e.sum})
	}
	return ids
}

// spin is how many iterations of work make a microsecond: as told, else as the first
// entrant finds it.
func (p *program) spin(ctx context.Context, o *options, warn func(string)) (int, error) {
	if o.spin > 0 {
		return o.spin, nil
	}
	return p.entrants[0].spin(ctx, warn)
}
