package main

import (
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// A probe sends a cache line to and fro between two CPUs. How long that takes tells
// where a hypervisor has put them, which neither load nor steal time shows.
type probe struct {
	ask  [2]chan struct{}
	trip chan float64

	_    [128]byte
	turn atomic.Uint64 // even: the first side's
	_    [128]byte
}

const (
	probeTime  = 200 * time.Microsecond
	probeBatch = 32 // trips between two looks at the clock
	probeOver  = ^uint64(0)
)

// newProbe returns nil where there are not two CPUs to send between.
func newProbe(cpus []int) *probe {
	if len(cpus) < 2 || runtime.GOMAXPROCS(0) < 2 {
		return nil
	}
	p := &probe{ask: [2]chan struct{}{make(chan struct{}), make(chan struct{})}, trip: make(chan float64)}
	go p.serve(cpus[0], p.ask[0], p.send)
	go p.serve(cpus[1], p.ask[1], p.reply)
	return p
}

// serve runs one side on its CPU, on a thread that ends with it.
func (p *probe) serve(cpu int, ask chan struct{}, side func()) {
	runtime.LockOSThread()
	var mask unix.CPUSet
	mask.Set(cpu)
	unix.SchedSetaffinity(0, &mask) // if not, the trips are between wherever they are
	for range ask {
		side()
	}
}

// run returns the time of a round trip, the median of its batches, in ns; 0 without
// a probe.
func (p *probe) run() float64 {
	if p == nil {
		return 0
	}
	p.turn.Store(0)
	for _, ask := range p.ask {
		ask <- struct{}{}
	}
	return <-p.trip
}

func (p *probe) close() {
	if p != nil {
		close(p.ask[0])
		close(p.ask[1])
	}
}

func (p *probe) send() {
	var batches [1024]float64
	n, turn := 0, uint64(0)
	roundTrips := func(k int) {
		for range k {
			p.turn.Store(turn + 1)
			for p.turn.Load() != turn+2 {
			}
			turn += 2
		}
	}
	roundTrips(1) // the other side may still be waking
	start := time.Now()
	for last := start; n < len(batches) && last.Sub(start) < probeTime; n++ {
		roundTrips(probeBatch)
		now := time.Now()
		batches[n] = float64(now.Sub(last)) / probeBatch
		last = now
	}
	p.turn.Store(probeOver)
	slices.Sort(batches[:n])
	p.trip <- batches[n/2]
}

func (p *probe) reply() {
	for {
		switch t := p.turn.Load(); {
		case t == probeOver:
			return
		case t%2 == 1:
			p.turn.Store(t + 1)
		}
	}
}
