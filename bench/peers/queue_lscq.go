//go:build amd64 || arm64

package peers

import (
	"unsafe"

	"github.com/bytedance/gopkg/collection/lscq"

	"crossover/patterns"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

// lscqVariants is the one: elsewhere it lacks its assembly.
func lscqVariants[T any]() []queue.Variant[T] { return []queue.Variant[T]{lscqVariant[T]()} }

// lscqVariant is bytedance's unbounded MPMC queue of pointers: linked scalable
// circular queues. An item that is no pointer has to be allocated.
func lscqVariant[T any]() queue.Variant[T] {
	return queue.Variant[T]{
		Info: patterns.Info{
			Name:       "lscq",
			Summary:    "bytedance lscq.PointerQueue, unbounded, runtime.Gosched between tries",
			File:       "queue_lscq.go",
			Source:     "github.com/bytedance/gopkg/collection/lscq; Nikolaev, DISC 2019",
			Tier:       patterns.Lib,
			Properties: waits(patterns.Properties{Overflow: patterns.Grow}),
		},
		New: func(int) (queue.Queue[T], error) {
			return &waiting[T, *pointers[T]]{q: &pointers[T]{q: lscq.NewPointer()}}, nil
		},
	}
}

// pointers is a queue of items by reference.
type pointers[T any] struct {
	q     *lscq.PointerQueue
	fence role.Fence // its assembly keeps an order that the race detector cannot see
}

func (p *pointers[T]) TryEnqueue(item T) bool {
	p.fence.Release()
	return p.q.Enqueue(unsafe.Pointer(&item))
}

func (p *pointers[T]) TryDequeue() (item T, ok bool) {
	data, ok := p.q.Dequeue()
	if !ok {
		return item, false
	}
	p.fence.Acquire()
	return *(*T)(data), true
}
