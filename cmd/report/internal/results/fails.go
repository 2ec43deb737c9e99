package results

import (
	"bytes"
	"fmt"
)

// failLines finds what go test says of benchmarks that failed: no reader of results does.
type failLines struct {
	name  string
	line  int
	begun []byte // of a line
	found []string
}

// Write takes more of the file.
func (f *failLines) Write(p []byte) (int, error) {
	for part := range bytes.Lines(p) {
		f.begun = append(f.begun, part...)
		if !bytes.HasSuffix(part, []byte("\n")) {
			break
		}
		f.end()
	}
	return len(p), nil
}

// end ends a line; the last of a file may lack the newline.
func (f *failLines) end() {
	f.line++
	said := bytes.TrimSpace(f.begun)
	f.begun = f.begun[:0]
	for _, prefix := range []string{"--- FAIL: ", "panic: ", "fatal error: ", "signal: ", "exit status ", "FAIL\t"} {
		if string(said) == "FAIL" || bytes.HasPrefix(said, []byte(prefix)) {
			f.found = append(f.found, fmt.Sprintf("%s:%d: %s", f.name, f.line, Visible(string(said))))
			return
		}
	}
}
