package barriertest

import (
	"fmt"
	"os"
	"sync/atomic"

	"crossover/patterns/barrier"
	"crossover/patterns/role"
)

// Board is where parties see how far the others are. Each marks the phase it
// arrives at; having passed, the others find that very phase marked: less, and
// somebody passed before all had arrived; more, and somebody is two phases ahead.
//
// Even and odd phases have marks of their own, so that a party that is one phase
// ahead, as it may be, does not overwrite what a slow one has still to see.
type Board struct {
	slots   []slot
	file    *os.File // of the memory, if other processes see it too
	release func() error
}

type slot [2]mark

// mark has a pair of cache lines of its own.
type mark struct {
	atomic.Uint64
	_ [120]byte
}

// NewBoard makes a board for parties that run in this way. Between processes
// nobody sees anything where there is no shared memory: on other systems than
// Linux.
func NewBoard(parties int, as role.As) (*Board, error) {
	if as == role.Process {
		return newSharedBoard(parties)
	}
	return &Board{slots: make([]slot, parties), release: func() error { return nil }}, nil
}

// Mark says that a party arrives at a phase, counted from 0.
func (b *Board) Mark(party, phase int) {
	if b.slots != nil {
		b.slots[party][phase%2].Store(uint64(phase) + 1)
	}
}

// Look is by how many phases another party is off, to one who has passed a phase:
// 0 is right, less is too early, more is ahead.
func (b *Board) Look(party, phase int) int {
	if b.slots == nil {
		return 0
	}
	return int(b.slots[party][phase%2].Load()) - (phase + 1)
}

// Release gives the memory back.
func (b *Board) Release() error { return b.release() }

// Place is a party with a board.
type Place struct {
	barrier.Party
	Board *Board
}

// PlaceTransport is how a place gets across a process boundary.
func PlaceTransport() role.Transport[Place] {
	party := barrier.Transport()
	return role.Transport[Place]{
		Export: func(p Place) (role.Wire, error) {
			w, err := party.Export(p.Party)
			if err == nil && p.Board.file != nil {
				w.Files = append(w.Files, p.Board.file)
			}
			return w, err
		},
		Open: func(w role.Wire) (p Place, err error) {
			if p.Board, err = openSharedBoard(&w.Files); err != nil {
				return p, fmt.Errorf("opening a board: %w", err)
			}
			p.Party, err = party.Open(w)
			return p, err
		},
	}
}
