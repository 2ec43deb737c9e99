package barrier

import (
	"sync/atomic"

	"crossover/patterns"
)

// treeVariant is a software combining tree: two parties meet at each leaf, the
// later of them goes on to the parent, and who arrives last at the root lets all
// go. Waiters spin and yield.
//
// Guarantees that at most two CPUs write to one line to arrive, so that arrivals
// at different leaves do not wait for each other. Costs a step for each level,
// one after the other, to the last to arrive.
//
// It breaks where parties are few: on one level less, the plain count is faster.
// All still look at one word to leave; on a machine with many sockets the news
// should go down the tree too.
//
// Source: Yew, Tzeng and Lawrie, Distributing Hot-Spot Addressing in Large-Scale
// Multiprocessors, IEEE ToC 36(4), 1987; Mellor-Crummey and Scott, TOCS 9(1), 1991.
func treeVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "tree",
			Summary:    "combining tree, spin and yield",
			File:       "tree.go",
			Source:     "Yew, Tzeng and Lawrie, IEEE ToC 36(4), 1987",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true, Spins: true},
		},
		New: newTree,
	}
}

type tree struct {
	leaves []*treeNode // of each two parties
	_      [cacheLine]byte
	phase  phase
	_      [cacheLine]byte
}

type treeNode struct {
	parent   *treeNode // nil: the root
	expected int32
	_        [cacheLine]byte
	arrived  atomic.Int32
	_        [cacheLine]byte
}

func newTree(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	b := &tree{leaves: pairUp(parties)}
	for level := b.leaves; len(level) > 1; {
		parents := pairUp(len(level))
		for i, child := range level {
			child.parent = parents[i/2]
		}
		level = parents
	}
	return b, nil
}

// pairUp makes a node for each two children.
func pairUp(children int) []*treeNode {
	nodes := make([]*treeNode, (children+1)/2)
	for i := range nodes {
		nodes[i] = &treeNode{expected: int32(min(2, children-2*i))}
	}
	return nodes
}

func (b *tree) Wait(party int) error {
	now, err := b.phase.now()
	if err != nil {
		return err
	}
	for node := b.leaves[party/2]; node.arrived.Add(1) == node.expected; node = node.parent {
		node.arrived.Store(0)
		if node.parent == nil {
			return b.phase.pass(now)
		}
	}
	for looked := 0; b.phase.under(now); looked++ {
		pause(looked)
	}
	return b.phase.ending(now)
}

func (b *tree) Break()         { b.phase.breakUp() }
func (b *tree) Release() error { return nil }
