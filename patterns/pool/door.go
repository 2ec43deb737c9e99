package pool

import "sync"

// door lets Maps in while a pool is open, and lets Close wait for them.
type door struct {
	mu     sync.Mutex
	closed bool
	inside sync.WaitGroup
}

func (d *door) enter() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return ErrClosed
	}
	d.inside.Add(1)
	return nil
}

func (d *door) leave() { d.inside.Done() }

// close shuts the door and waits until nobody is inside. It reports whether this
// call was the one that shut it.
func (d *door) close() (first bool) {
	d.mu.Lock()
	first = !d.closed
	d.closed = true
	d.mu.Unlock()
	d.inside.Wait()
	return first
}
