package lawtest

import (
	"context"
	"fmt"
)

// Await is what a call returns, unless ctx ends first: then the error says what was
// waited for. A panic is an error.
func Await(ctx context.Context, what string, call func() error) error {
	_, err := AwaitResult(ctx, what, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

// AwaitResult is Await for a call with a result.
func AwaitResult[T any](ctx context.Context, what string, call func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	returned := make(chan result, 1)
	go func() {
		var r result
		r.err = Attempt(func() (err error) {
			r.value, err = call()
			return err
		})
		returned <- r
	}()
	select {
	case r := <-returned:
		return r.value, r.err
	case <-ctx.Done():
		return *new(T), fmt.Errorf("%s: %w", what, context.Cause(ctx))
	}
}
