package roletest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/role"
)

// Ready passes the gate. A party that is asked to end before it is through goes on, to
// end as one a moment later would.
func Ready(ctx context.Context, seat *role.Seat) error {
	if err := seat.Ready(ctx); !errors.Is(err, role.ErrTerminated) {
		return err
	}
	return nil
}

// Join waits for a party's report, unless ctx ends first.
func Join[Out any](ctx context.Context, who string, h *role.Handle[Out]) (Out, error) {
	select {
	case <-h.Done():
	case <-ctx.Done():
		return *new(Out), fmt.Errorf("joining %s: %w", who, context.Cause(ctx))
	}
	report, err := h.Join()
	if err != nil {
		return report.Out, fmt.Errorf("%s: %w", who, err)
	}
	return report.Out, nil
}

// JoinAll waits for the reports of parties that are alike.
func JoinAll[Out any](ctx context.Context, who string, handles []*role.Handle[Out]) (all []Out, err error) {
	for i, h := range handles {
		out, err := Join(ctx, fmt.Sprintf("%s %d", who, i), h)
		if err != nil {
			return nil, err
		}
		all = append(all, out)
	}
	return all, nil
}

// Murder kills a party and expects its handle to say so.
func Murder[Out any](ctx context.Context, h *role.Handle[Out]) error {
	if err := h.Kill(); err != nil {
		return err
	}
	_, err := Join(ctx, "the killed party", h)
	if exit := (*role.ExitError)(nil); !errors.As(err, &exit) {
		return fmt.Errorf("the killed party's end was reported as %v", err)
	}
	return nil
}
