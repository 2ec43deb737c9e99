package pipe_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/pipe"
	"crossover/patterns/role"
)

// A parent collects what two processes create and square, and lets the second wait
// before there is anything to square.
var parents = lawtest.RegisterParents("pipe", lawtest.Crossing(pipe.Variants(),
	func(v pipe.Variant) patterns.Info { return v.Info },
	func(v pipe.Variant) error {
		numbersIn, numbersOut, err := v.New()
		if err != nil {
			return err
		}
		squaresIn, squaresOut, err := v.New()
		if err != nil {
			return err
		}
		m, err := stage(multiplier, numbersOut, squaresIn)
		if err != nil {
			return err
		}
		lawtest.Linger()
		c, err := stage(creator, numbersIn)
		if err != nil {
			return err
		}
		for i := uint64(0); ; i++ {
			square, err := squaresOut.Receive(nil)
			if err == io.EOF && i == 10 {
				break
			}
			if err != nil || binary.LittleEndian.Uint64(square) != i*i {
				return fmt.Errorf("the square of %d is %v, %v", i, square, err)
			}
		}
		_, failed := c.Join()
		_, alsoFailed := m.Join()
		return errors.Join(failed, alsoFailed, squaresOut.Release())
	}))

// stage starts a process of the pipeline, which alone then has its ends.
func stage(r *role.Role[[]pipe.End, struct{}, struct{}], ends ...pipe.End) (*role.Handle[struct{}], error) {
	h, err := r.Start(context.Background(), nil, role.Options{As: role.Process}, ends, struct{}{})
	if err != nil {
		return nil, err
	}
	for _, e := range ends {
		err = errors.Join(err, e.Release())
	}
	return h, err
}

func TestParentKilled(t *testing.T) { parents.Kill(t) }
