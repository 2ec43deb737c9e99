package results

import "strings"

// ConfigApart are, by name, the keys of configuration that tell its samples apart: all runs
// have the same several values of them, each more than once. Two machines in one file are not
// one thing; a commit or a date that each run has of its own is no reason to compare nothing.
func ConfigApart(runs ...*Results) map[string]map[string]bool {
	type held struct{ id, key string }
	counts := make([]map[held]map[string]int, len(runs)) // of values
	for i, r := range runs {
		counts[i] = map[held]map[string]int{}
		for _, l := range r.Lines {
			id := l.ID()
			for _, word := range l.Config {
				key, value, _ := strings.Cut(word, ": ")
				h := held{id, key}
				if counts[i][h] == nil {
					counts[i][h] = map[string]int{}
				}
				counts[i][h][value]++
			}
		}
	}
	apart := map[string]map[string]bool{}
	for h, values := range counts[0] {
		same := len(values) > 1
		for _, other := range counts {
			same = same && len(other[h]) == len(values)
			for v := range values {
				same = same && other[h][v] > 1
			}
		}
		if same {
			if apart[h.id] == nil {
				apart[h.id] = map[string]bool{}
			}
			apart[h.id][h.key] = true
		}
	}
	return apart
}
