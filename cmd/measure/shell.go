package main

import (
	"errors"
	"regexp"
	"strings"
)

// words splits a command line at blanks outside of quotes. Outside, \' and \" are quotes
// that are meant; another backslash is itself, as in a path of Windows.
func words(line string) (ws []string, err error) {
	var b strings.Builder
	quote, started, meant := rune(0), false, false
	for i, r := range line {
		switch {
		case meant:
			b.WriteRune(r)
			meant = false
		case quote == 0 && r == '\\' && strings.IndexAny(line[i+1:], `'"`) == 0:
			started, meant = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			b.WriteRune(r)
		case r == '\'' || r == '"':
			quote, started = r, true
		case r == ' ' || r == '\t' || r == '\n':
			if started {
				ws = append(ws, b.String())
			}
			b.Reset()
			started = false
		default:
			b.WriteRune(r)
			started = true
		}
	}
	if quote != 0 {
		return nil, errors.New("a quote is not closed")
	}
	if started {
		ws = append(ws, b.String())
	}
	return ws, nil
}

// quoted is s as a shell reads it back.
func quoted(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

var plainWord = regexp.MustCompile(`^[\w./,:=%-]+$`)
