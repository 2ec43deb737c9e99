// Package memo keeps what takes long to find out.
package memo

import "sync"

// Memo keeps what was found out, for whoever asks again. Several may ask at once: the first
// finds it, the others wait. The zero value is empty.
type Memo[K comparable, V any] struct{ known sync.Map } // func() V by K

// Of returns the value of key, and finds it if nobody has. find may ask for other keys, not
// for its own.
func (m *Memo[K, V]) Of(key K, find func() V) V {
	known, ok := m.known.Load(key)
	if !ok {
		known, _ = m.known.LoadOrStore(key, sync.OnceValue(find))
	}
	return known.(func() V)()
}
