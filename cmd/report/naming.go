package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"crossover/cmd/report/internal/results"
)

// naming is how the benchmarks of some files are named.
type naming struct {
	variants *regexp.Regexp            // what of a name tells variants apart; nil if nobody said
	bare     map[*results.Results]bool // those whose names do not say GOMAXPROCS
	fewest   map[string]int            // words in the names of a benchmark, where they are fewest but some
}

// nameParts are what a benchmark's name consists of.
type nameParts struct {
	benchmark string // with its package, without "Benchmark"
	variant   string // as naming.variants has it, "" if that does not match
	parts     []string
	procs     int // GOMAXPROCS
}

// newNaming looks through all names. It fails if nothing matches variants.
func newNaming(all []*results.Results, variants *regexp.Regexp) (*naming, error) {
	n := &naming{variants: variants, bare: map[*results.Results]bool{}, fewest: map[string]int{}}
	matched, example := false, ""
	for _, r := range all {
		n.bare[r] = endInNumbers(r.Lines)
		for _, l := range r.Lines {
			x := n.split(r, l)
			if words := countWords(x.parts); words > 0 && (n.fewest[x.benchmark] == 0 || words < n.fewest[x.benchmark]) {
				n.fewest[x.benchmark] = words
			}
			matched = matched || x.variant != ""
			if example == "" {
				example = strings.Join(append([]string{strings.TrimPrefix(x.benchmark, l.Pkg+".")}, x.parts...), "/")
			}
		}
	}
	if variants != nil && !matched {
		return nil, fmt.Errorf("-variants %s matches no name: \"Benchmark\" and GOMAXPROCS are left out, as in %s", variants, example)
	}
	return n, nil
}

// of takes the name of a line of r apart. Words that not all names of its benchmark have are of
// one with the one before them: rs/zerolog is the rival of zap.
func (n *naming) of(r *results.Results, l results.Line) nameParts {
	x := n.split(r, l)
	x.parts = joinWords(x.parts, n.fewest[x.benchmark])
	return x
}

func (n *naming) split(r *results.Results, l results.Line) nameParts {
	x := nameParts{procs: 1}
	full := l.Name
	if !n.bare[r] {
		full, x.procs = cutProcs(full)
	}
	full, x.variant = n.cutVariant(strings.TrimPrefix(full, "Benchmark"))
	parts := strings.Split(full, "/")
	x.benchmark, x.parts = parts[0], parts[1:]
	if l.Pkg != "" {
		x.benchmark = l.Pkg + "." + x.benchmark
	}
	return x
}

// cutVariant takes the variant out of a name, and with it what joined it to the rest.
func (n *naming) cutVariant(full string) (rest, variant string) {
	if n.variants == nil {
		return full, ""
	}
	at := n.variants.FindStringSubmatchIndex(full)
	if len(at) > 2 && at[2] >= 0 {
		at = at[2:]
	}
	if at == nil || at[0] == at[1] {
		return full, ""
	}
	var parts []string
	for _, part := range strings.Split(full[:at[0]]+full[at[1]:], "/") {
		if part = strings.Trim(part, "_-"); part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 || !isWord(parts[0]) { // the variant was the benchmark's name
		parts = append([]string{"All"}, parts...)
	}
	return strings.Join(parts, "/"), full[at[0]:at[1]]
}

func countWords(parts []string) (n int) {
	for _, part := range parts {
		if isWord(part) {
			n++
		}
	}
	return n
}

// isWord reports whether a part of a name is neither a key with its value nor a number.
func isWord(part string) bool {
	_, number := quantity(part)
	return !number && !strings.Contains(part, "=")
}

// joinWords makes words beyond so many part of the last one before them.
func joinWords(parts []string, most int) (joined []string) {
	words, last := 0, 0
	for _, part := range parts {
		if isWord(part) {
			if words == most {
				joined[last] += "/" + part
				continue
			}
			words, last = words+1, len(joined)
		}
		joined = append(joined, part)
	}
	return joined
}

// endInNumbers reports whether the numbers that end names are the names' own: with
// GOMAXPROCS 1 go test adds none. It never adds a 1, nobody has thousands of CPUs, and what
// is added is added to benchmarks too that are no parts of others, in which there is no dash.
func endInNumbers(lines []results.Line) bool {
	bare := false
	for _, l := range lines {
		full, procs := cutProcs(l.Name)
		switch cut, top := full != l.Name, !strings.Contains(l.Name, "/"); {
		case cut && top:
			return false
		case cut && (procs == 1 || procs > 1024):
			bare = true
		case !cut && top:
			bare = true
		}
	}
	return bare
}

func cutProcs(name string) (string, int) {
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return name, 1
	}
	n, err := strconv.Atoi(name[i+1:])
	if err != nil || n < 1 || n > 1<<20 {
		return name, 1
	}
	return name[:i], n
}
