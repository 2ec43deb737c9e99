package peers

import (
	"fmt"

	"github.com/puzpuzpuz/xsync/v4"

	"crossover/patterns"
	"crossover/patterns/queue"
)

// xsyncMPMCVariant is xsync's bounded MPMC ring, after rigtorp's. Its README wants
// a back-off by runtime.Gosched around the tries.
func xsyncMPMCVariant[T any]() queue.Variant[T] {
	return queue.Variant[T]{
		Info: patterns.Info{
			Name:       "xsync.mpmc",
			Summary:    "xsync MPMCQueue, runtime.Gosched between tries",
			File:       "queue_xsync.go",
			Source:     "github.com/puzpuzpuz/xsync/v4",
			Tier:       patterns.Lib,
			Properties: waits(patterns.Properties{Overflow: patterns.Block, MinCapacity: 1}),
		},
		New: func(capacity int) (queue.Queue[T], error) {
			if err := xsyncHas(capacity); err != nil {
				return nil, err
			}
			return &waiting[T, *xsync.MPMCQueue[T]]{q: xsync.NewMPMCQueue[T](capacity)}, nil
		},
	}
}

// xsyncSPSCVariant is xsync's ring for one producer and one consumer.
func xsyncSPSCVariant[T any]() queue.Variant[T] {
	return queue.Variant[T]{
		Info: patterns.Info{
			Name:       "xsync.spsc",
			Summary:    "xsync SPSCQueue, runtime.Gosched between tries",
			File:       "queue_xsync.go",
			Source:     "github.com/puzpuzpuz/xsync/v4",
			Tier:       patterns.Lib,
			Properties: waits(patterns.Properties{Overflow: patterns.Block, MinCapacity: 1, Producers: 1, Consumers: 1}),
		},
		New: func(capacity int) (queue.Queue[T], error) {
			if err := xsyncHas(capacity); err != nil {
				return nil, err
			}
			return &waiting[T, *xsync.SPSCQueue[T]]{q: xsync.NewSPSCQueue[T](capacity)}, nil
		},
	}
}

// xsyncHas refuses the capacities at which xsync panics.
func xsyncHas(capacity int) error {
	if capacity < 1 || capacity > 1<<30 {
		return fmt.Errorf("xsync: capacity %d, between 1 and 1<<30 is needed", capacity)
	}
	return nil
}
