package main

import (
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"a b  c", "a|b|c"},
		{" 'a b' \"c d\"e ''", "a b|c de|"},
		{"a'b'\"c\"", "abc"},
		{quoted("it's") + ` C:\bin\x \"`, `it's|C:\bin\x|"`},
	} {
		ws, err := words(test.line)
		if got := strings.Join(ws, "|"); err != nil || got != test.want {
			t.Errorf("words(%q) = %q, %v", test.line, ws, err)
		}
	}
}
