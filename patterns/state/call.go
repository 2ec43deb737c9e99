package state

import "sync"

// call is one call on its way to an owner in this process.
type call[K comparable] struct {
	read  bool
	key   K
	delta int64

	value int64
	err   error
	done  chan struct{} // has room for one: the owner does not wait
}

// answer performs a call. Its caller is told in any case, even if the update ends
// this goroutine.
func (l *ledger[K]) answer(c *call[K]) {
	c.value, c.err = 0, ErrLost
	defer c.finish()
	c.value, c.err = l.perform(c.read, c.key, c.delta)
}

func (c *call[K]) finish() { c.done <- struct{}{} }

// calls keeps calls for use again: their channels are what costs.
type calls[K comparable] struct{ pool sync.Pool }

func (p *calls[K]) get(read bool, key K, delta int64) *call[K] {
	c, ok := p.pool.Get().(*call[K])
	if !ok {
		c = &call[K]{done: make(chan struct{}, 1)}
	}
	c.read, c.key, c.delta = read, key, delta
	return c
}

// result waits for the owner and gives the call back.
func (p *calls[K]) result(c *call[K]) (int64, error) {
	<-c.done
	value, err := c.value, c.err
	p.pool.Put(c)
	return value, err
}
