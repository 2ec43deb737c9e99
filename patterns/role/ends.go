package role

import "sync"

// ends keeps the beginning and the end of what is written to it: of a Go crash
// the first lines say what happened and the last ones where.
type ends struct {
	mu          sync.Mutex
	first, last []byte
	cut         bool
}

const endSize = 4 << 10

func (e *ends) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	rest := p
	if room := endSize - len(e.first); room > 0 {
		n := min(room, len(rest))
		e.first = append(e.first, rest[:n]...)
		rest = rest[n:]
	}
	e.last = append(e.last, rest...)
	if over := len(e.last) - endSize; over > 0 {
		e.last = append(e.last[:0], e.last[over:]...)
		e.cut = true
	}
	return len(p), nil
}

func (e *ends) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cut {
		return string(e.first) + "\n...\n" + string(e.last)
	}
	return string(e.first) + string(e.last)
}
