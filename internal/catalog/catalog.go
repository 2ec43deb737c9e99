// Package catalog is what a benchmark binary says about itself, as data: the
// questions, variants, situations and cases. The binary prints it with
// -catalog; cmd/measure plans from it and cmd/report reads it beside the
// samples, so that neither has to import the code under study.
package catalog

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Version of the schema. A reader refuses one that it does not know.
const Version = 1

// Catalog describes one benchmark binary under one grid.
type Catalog struct {
	Version  int       `json:"version"`
	Grid     string    `json:"grid"` // "quick" or "full"
	Patterns []Pattern `json:"patterns"`
	Verdicts []Verdict `json:"verdicts"` // the headline questions, asked across situations
}

// Pattern is one package of patterns/ and its benchmark.
type Pattern struct {
	Name      string `json:"name"`      // "queue"
	Benchmark string `json:"benchmark"` // "BenchmarkQueue"
	Question  string `json:"question"`  // one sentence ending in a question mark
	Original  string `json:"original"`  // the Python script it descends from
	Op        string `json:"op"`        // what one op is: "item", "task"
	Baseline  string `json:"baseline"`  // a variant's name

	Axes       []Axis      `json:"axes"`     // the keys of a case name, in order, after impl and as
	Variants   []Variant   `json:"variants"` // baseline first, in table order
	Situations []Situation `json:"situations"`
	Cases      []Case      `json:"cases"`

	Floors     []Floor     `json:"floors,omitempty"`
	Guarantees []Guarantee `json:"guarantees,omitempty"`
}

// Floor is what the hardware or the kernel takes for the same motion, or the
// same work with no pattern around it. It is a benchmark of its own and no
// variant: charts show it, nobody is advised to use it.
type Floor struct {
	Title string `json:"title"` // "raw pipe round trip": fits into a legend
	Note  string `json:"note"`  // what exactly is done, one sentence
	// Case's Keys are the floor's own, without impl and as; its Situations are those
	// it is shown in.
	Case
}

// Guarantee is a law of the pattern and whom it binds. Subjects are variants in
// one execution, "chan/goroutine", or whole variants, "steal", where the pattern's
// laws know no executions.
type Guarantee struct {
	Law string `json:"law"` // "nothing-lost"
	Doc string `json:"doc"` // what a user may rely on, one sentence
	// Holds lists the subjects that the tests hold to it.
	Holds []string `json:"holds"`
	// Excused says of the others why it does not bind them.
	Excused map[string]string `json:"excused,omitempty"`
	// Broken lists subjects that the law binds and that break it, with what they do
	// instead: third-party code that is shown as it is.
	Broken map[string]string `json:"broken,omitempty"`
}

// Axis is one key of the pattern's case names.
type Axis struct {
	Key   string `json:"key"`   // "work"
	Title string `json:"title"` // "work per item": for chart axes
	Unit  string `json:"unit"`  // "ns", "B", or "" for a count or a word
	// Each is what values with an x are for each of: "CPU", of which 2x are four on two.
	Each string `json:"each,omitempty"`
}

// Variant is one implementation.
type Variant struct {
	Name       string            `json:"name"` // the value of impl=
	Summary    string            `json:"summary"`
	File       string            `json:"file"` // from the root of the repository
	Source     string            `json:"source"`
	Tier       int               `json:"tier"` // simplest first, see TierName
	TierName   string            `json:"tier_name"`
	Properties map[string]string `json:"properties"` // for people and for Situation.Eligible
}

// Situation is a point on the axes in the words of production. Decisions are
// made per situation.
type Situation struct {
	ID   string `json:"id"`   // "pool-10us", unique in the catalog
	Name string `json:"name"` // "10 µs of CPU"
	Note string `json:"note"` // what exactly is done, one or two sentences
	// Point gives the value of each axis, Axis included: that is where the decision
	// is taken.
	Point map[string]string `json:"point"`
	// Axis is the key along which this situation is also measured; "" if there is
	// none. A cost-against-size chart
	// and a search for crossovers belong to it.
	Axis string `json:"axis,omitempty"`
	// Eligible narrows who can be advised: case keys or variant properties and
	// the value they must have. Others in the situation are shown for reference.
	Eligible map[string]string `json:"eligible,omitempty"`
	// Unit is what decides here, less being better; "" is ns/op.
	Unit string `json:"unit,omitempty"`
}

// Case is one benchmark case, without GOMAXPROCS and CPUs.
type Case struct {
	Name string            `json:"name"` // "BenchmarkQueue/impl=chan/as=goroutine/…", as go test prints it without -N
	Keys map[string]string `json:"keys"` // the same, taken apart, impl and as included
	// Situations lists the ids this case belongs to: at the point, or along the axis.
	Situations []string `json:"situations"`
	// Scaling cases are measured in every cpus × GOMAXPROCS cell, others only
	// with all CPUs and GOMAXPROCS equal to them.
	Scaling bool `json:"scaling"`
	// Pins lists the placements of the parties, "one" or "split", in which the case
	// is measured beside the free one, with all CPUs.
	Pins []string `json:"pins,omitempty"`
	// MinTime is the shortest sample worth taking, as a time.Duration string.
	// Short samples of processes are biased by their start.
	MinTime string `json:"min_time"`
	// Setup estimates the untimed part of a sample (starting processes), as a
	// time.Duration string, for plans.
	Setup string `json:"setup"`
	// MaxN caps the number of operations of a sample; 0: no cap.
	MaxN int `json:"max_n,omitempty"`
	// MinN is the least number of operations that means anything (one whole
	// batch, say); 0: 1.
	MinN int `json:"min_n,omitempty"`
	// CapacityOf names the throughput case whose ns/op is the capacity that this one
	// offers a share of: it is run with -capacity=<that ns/op, in the same place>.
	CapacityOf string `json:"capacity_of,omitempty"`
}

// Verdict is a headline question answered by setting the best of one group of
// entrants against the best of another, situation by situation.
type Verdict struct {
	ID       string `json:"id"`       // "channel-or-mutex"
	Question string `json:"question"` // "Channel or mutex?"
	// Where tells verdicts on one question apart: "around shared state".
	Where string `json:"where,omitempty"`
	A     Group  `json:"a"`
	B     Group  `json:"b"`
	// Situations to answer in; the first is the headline. Where a situation has
	// an Axis, the crossover along it is part of the answer.
	Situations []string `json:"situations"`
}

// Group is a named set of entrants. A case belongs to it when each key in Match
// has one of the values listed.
type Group struct {
	Name  string              `json:"name"` // "a channel", fits into a sentence
	Match map[string][]string `json:"match"`
}

// Matches reports whether a case with these keys belongs to the group.
func (g Group) Matches(keys map[string]string) bool {
	for k, allowed := range g.Match {
		ok := false
		for _, v := range allowed {
			ok = ok || keys[k] == v
		}
		if !ok {
			return false
		}
	}
	return true
}

// value is what both keys and values of a case name are made of; go test would
// rewrite anything else.
var value = regexp.MustCompile(`^[a-z0-9.]+$`)

// id names files.
var id = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]*$`)

// name is what go test can print and benchfmt read.
var name = regexp.MustCompile(`^Benchmark\S*$`)

// procs is how GOMAXPROCS ends a name that go test prints.
var procs = regexp.MustCompile(`-[0-9]+$`)

// Name builds a case name from its keys. keys and values alternate.
func Name(benchmark string, pairs ...string) string {
	var b strings.Builder
	b.WriteString(benchmark)
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString("/" + pairs[i] + "=" + pairs[i+1])
	}
	return b.String()
}

// Decode reads a catalog and validates it.
func Decode(r io.Reader) (*Catalog, error) {
	c, err := DecodeSupplement(r)
	if err != nil {
		return nil, err
	}
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("reading catalog: %w", err)
	}
	return c, nil
}

// DecodeSupplement reads a catalog that need only be whole once it is merged into
// another.
func DecodeSupplement(r io.Reader) (*Catalog, error) {
	var c Catalog
	d := json.NewDecoder(r)
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("reading catalog: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("reading catalog: something follows it")
	}
	return &c, nil
}

// Validate checks what every reader relies on: known version, unique names,
// values that survive go test, references that exist.
func (c *Catalog) Validate() error {
	if c.Version != Version {
		return fmt.Errorf("catalog version %d, this program knows version %d: build both from the same commit", c.Version, Version)
	}
	situations := map[string]bool{}
	cases := map[string]bool{} // whether it is offered a share of a capacity
	for _, p := range c.Patterns {
		variants := map[string]bool{}
		for _, v := range p.Variants {
			if variants[v.Name] {
				return fmt.Errorf("%s: variant %q is listed twice", p.Name, v.Name)
			}
			variants[v.Name] = true
		}
		if !variants[p.Baseline] {
			return fmt.Errorf("%s: baseline %q is no variant", p.Name, p.Baseline)
		}
		for _, s := range p.Situations {
			if !id.MatchString(s.ID) {
				return fmt.Errorf("%s: situation id %q: want letters, digits, dots and hyphens, for it names files", p.Name, s.ID)
			}
			if situations[s.ID] {
				return fmt.Errorf("%s: situation id %q is used twice", p.Name, s.ID)
			}
			situations[s.ID] = true
			for _, a := range p.Axes {
				if s.Point[a.Key] == "" {
					return fmt.Errorf("%s: situation %q has no value of %s", p.Name, s.ID, a.Key)
				}
			}
		}
		for _, k := range p.Cases {
			if err := p.checkCase(k, variants, situations); err != nil {
				return fmt.Errorf("%s: case %s: %w", p.Name, k.Name, err)
			}
			if _, ok := cases[k.Name]; ok {
				return fmt.Errorf("%s: case %s is listed twice", p.Name, k.Name)
			}
			cases[k.Name] = k.CapacityOf != ""
		}
		for _, f := range p.Floors {
			if err := checkKeys(f.Case, situations); err != nil {
				return fmt.Errorf("%s: floor %s: %w", p.Name, f.Name, err)
			}
			if _, ok := cases[f.Name]; ok {
				return fmt.Errorf("%s: floor %s is listed twice", p.Name, f.Name)
			}
			cases[f.Name] = false
		}
	}
	for _, p := range c.Patterns {
		for _, k := range p.Cases {
			switch share, ok := cases[k.CapacityOf]; {
			case k.CapacityOf == "":
			case !ok:
				return fmt.Errorf("%s: case %s: its capacity is that of %s, which is no case", p.Name, k.Name, k.CapacityOf)
			case share:
				return fmt.Errorf("%s: case %s: its capacity is that of %s, which is itself offered a share of one", p.Name, k.Name, k.CapacityOf)
			}
		}
	}
	for _, v := range c.Verdicts {
		for _, id := range v.Situations {
			if !situations[id] {
				return fmt.Errorf("verdict %q: no situation %q", v.ID, id)
			}
		}
	}
	return nil
}

func (p *Pattern) checkCase(k Case, variants, situations map[string]bool) error {
	pairs := []string{"impl", k.Keys["impl"], "as", k.Keys["as"]}
	for _, a := range p.Axes {
		pairs = append(pairs, a.Key, k.Keys[a.Key])
	}
	if want := Name(p.Benchmark, pairs...); want != k.Name {
		return fmt.Errorf("the keys spell %s", want)
	}
	if !variants[k.Keys["impl"]] {
		return fmt.Errorf("no variant %q", k.Keys["impl"])
	}
	return checkKeys(k, situations)
}

// What is beyond these is a mistake, and no number is to overflow by it.
const (
	MostN   = 1_000_000_000  // operations of a sample: there go test itself stops
	Longest = 24 * time.Hour // sample
)

// checkKeys checks what a case and a floor have in common.
func checkKeys(k Case, situations map[string]bool) error {
	for key, v := range k.Keys {
		if !value.MatchString(v) {
			return fmt.Errorf("value %q of %s: only a-z, 0-9 and dots are allowed", v, key)
		}
	}
	if !name.MatchString(k.Name) {
		return fmt.Errorf("the name %q is no benchmark's: want Benchmark, and no blanks", k.Name)
	}
	if procs.MatchString(k.Name) {
		return fmt.Errorf("the name %q ends as if it said GOMAXPROCS: no reader of results could tell", k.Name)
	}
	for _, id := range k.Situations {
		if !situations[id] {
			return fmt.Errorf("no situation %q", id)
		}
	}
	for i, pin := range k.Pins {
		if pin != "one" && pin != "split" || slices.Contains(k.Pins[:i], pin) {
			return fmt.Errorf("pins %q: the placements are one and split, each once", k.Pins)
		}
	}
	if k.MinN < 0 || k.MinN > MostN || k.MaxN < 0 || k.MaxN > 0 && k.MaxN < k.MinN {
		return fmt.Errorf("min_n %d and max_n %d: want counts of at most %d, the first not above the second", k.MinN, k.MaxN, MostN)
	}
	for _, d := range []struct{ key, text string }{{"min_time", k.MinTime}, {"setup", k.Setup}} {
		if v, err := time.ParseDuration(cmp.Or(d.text, "0s")); err != nil || v < 0 || v > Longest {
			return fmt.Errorf("%s %q: want a duration such as 100ms, of at most %v", d.key, d.text, Longest)
		}
	}
	return nil
}
