package catalog

import (
	"regexp"
	"strings"
)

// Only is the full name of the one case that a -bench expression spells out, element
// by element, as cmd/measure does: ^BenchmarkX$/^impl=y$. It is "" if the expression
// may match more.
//
// A binary that knows its case goes straight to it. To walk past the others is not
// merely slow: each case then has another past in its process, and identical code
// under two names is no longer the same experiment.
func Only(expression string) string {
	elements := strings.Split(expression, "/")
	for i, e := range elements {
		inner, ok := strings.CutPrefix(e, "^")
		if ok {
			inner, ok = strings.CutSuffix(inner, "$")
		}
		plain := strings.ReplaceAll(inner, `\.`, ".")
		if !ok || regexp.QuoteMeta(plain) != inner {
			return ""
		}
		elements[i] = plain
	}
	return strings.Join(elements, "/")
}
