// Package markdown quotes text for Markdown as GitHub shows it.
package markdown

import "strings"

var escapes = strings.NewReplacer(
	"\r", " ", "\n", " ", `\`, `\\`, "&", "&amp;", "<", "&lt;", ">", "&gt;",
	"|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "~", `\~`,
)

// Plain escapes text so that it is shown as it is.
func Plain(s string) string { return escapes.Replace(s) }

var codeEscapes = strings.NewReplacer("`", "'", "|", `\|`, "\r", " ", "\n", " ")

// Code sets text as code.
func Code(s string) string { return "`" + codeEscapes.Replace(s) + "`" }
