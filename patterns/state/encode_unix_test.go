//go:build unix

package state_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
	"crossover/patterns/state"
)

// hidden has nothing that gob would encode.
type hidden struct{ n int }

var byHidden = state.Named[hidden]("laws.hidden", nil)

// A key that cannot be sent costs the store, and does not hang its caller.
func TestKeyThatCannotCross(t *testing.T) {
	for _, name := range []string{"pipe.gob", "pipe.rpc"} {
		for _, as := range []role.As{role.Goroutine, role.Process} {
			t.Run(name+"/"+string(as), func(t *testing.T) {
				roletest.NoLeaks(t)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				s := byName(t, name, as)
				for range 2 {
					err := lawtest.Await(ctx, "waiting for Add to return", func() error {
						_, err := s.Add(hidden{1}, 1)
						return err
					})
					if !errors.Is(err, state.ErrLost) {
						t.Errorf("Add returned %v, want %v", err, state.ErrLost)
					}
				}
				err := lawtest.Await(ctx, "waiting for Close to return", s.Close) // which may say how the owner ended
				if ctx.Err() != nil {
					t.Error(err)
				}
			})
		}
	}
}

func byName(t *testing.T, name string, as role.As) state.Store[hidden] {
	for _, v := range state.Variants[hidden]() {
		if v.Name == name {
			s, err := v.New(byHidden, state.Options{Owner: role.Options{As: as}})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	}
	t.Fatalf("no variant %s", name)
	return nil
}
