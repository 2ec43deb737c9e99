package statetest

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"crossover/patterns/clock"
	"crossover/patterns/lawtest"
	"crossover/patterns/state"
)

var linearizableLaw = Law{
	Name:   "linearizable",
	Doc:    "Concurrent calls on a key take effect one after the other, each between its beginning and its end.",
	Excuse: everywhere(weak),
	Check: func(ctx context.Context, s Subject) error {
		return linearizable(ctx, s, adding, func(value, delta int64) int64 { return value + delta })
	},
}

var ruleLaw = Law{
	Name:   "rule-alone",
	Doc:    "While a rule computes a new value nobody changes the old one, or the update is computed again: the order of updates is one order, for any rule.",
	Excuse: everywhere(weak, adders),
	Check: func(ctx context.Context, s Subject) error {
		return linearizable(ctx, s, ruled, func(value, delta int64) int64 { return apply(0, value, delta) })
	},
}

// How much is recorded, per subject and rule.
const (
	histories = 200
	budget    = 60 * time.Millisecond // after which fewer have to do
	least     = 20                    // histories found legal, or nothing is shown
	length    = 36                    // calls in a history
	undecided = 2 * time.Second       // of search, and a history counts as unknown
	doubtful  = 0.1                   // share of unknown histories from which on nothing is shown
)

// linearizable records many short histories on one store. One long history would
// be more natural and is of no use: the search through its orders does not end.
func linearizable(ctx context.Context, s Subject, r *state.Rule[Key], step func(value, delta int64) int64) error {
	legal, unknown := 0, 0
	err := s.use(ctx, r, func(st state.Store[Key]) error {
		end := clock.Now().Add(time.Duration(lawtest.Soak()) * budget)
		for i := 0; i < histories*lawtest.Soak() && (legal < least || clock.Now().Before(end)) && ctx.Err() == nil; i++ {
			keys := s.keys()[:1+i%len(s.keys())]
			begin, h, err := record(ctx, st, keys, 2+i%3)
			if err != nil {
				return err
			}
			for _, k := range keys {
				// Keys are independent of each other, which makes the search short.
				onKey := slices.DeleteFunc(slices.Clone(h), func(op porcupine.Operation) bool { return op.Input.(input).key != k })
				switch porcupine.CheckOperationsTimeout(number(begin[k], step), onKey, undecided) {
				case porcupine.Ok:
					legal++
				case porcupine.Unknown:
					unknown++
				case porcupine.Illegal:
					return fmt.Errorf("not linearizable, from %d:\n%s", begin[k], spell(onKey))
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// An unknown history is no evidence either way.
	lawtest.Logf(ctx, "%d histories linearizable, %d unknown", legal, unknown)
	if legal < least || float64(unknown) > doubtful*float64(legal) {
		return fmt.Errorf("%d histories linearizable, %d unknown: not enough to say so of the store", legal, unknown)
	}
	return nil
}

// input is what a call was given; its output is the value it returned.
type input struct {
	key   Key
	read  bool
	delta int64
}

// record runs one history and says what the keys held before. Callers are in one
// process, so that timestamps come from one clock, wherever the data is.
func record(ctx context.Context, st state.Store[Key], keys []Key, callers int) (begin map[Key]int64, h []porcupine.Operation, err error) {
	begin = map[Key]int64{}
	for _, k := range keys {
		if begin[k], err = st.Get(k); err != nil {
			return nil, nil, err
		}
	}
	epoch := clock.Now()
	logs := make([][]porcupine.Operation, callers)
	gate := make(chan struct{})
	calling := gather(callers, func(c int) error {
		<-gate
		for range length / callers {
			in := input{key: keys[rand.N(len(keys))], read: rand.N(5) < 2, delta: rand.N(int64(9)) - 2}
			call := func() (int64, error) {
				if in.read {
					return st.Get(in.key)
				}
				return st.Add(in.key, in.delta)
			}
			start := clock.Since(epoch)
			v, err := call()
			if err != nil {
				return err
			}
			logs[c] = append(logs[c], porcupine.Operation{
				ClientId: c, Input: in, Call: int64(start), Output: v, Return: int64(clock.Since(epoch)),
			})
		}
		return nil
	})
	close(gate)
	if err := calling.join(ctx); err != nil {
		return nil, nil, err
	}
	return begin, slices.Concat(logs...), nil
}

// number is the sequential value of one key.
func number(begin int64, step func(value, delta int64) int64) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return begin },
		Step: func(state, in, out any) (bool, any) {
			value := state.(int64)
			if i := in.(input); !i.read {
				value = step(value, i.delta)
			}
			return out.(int64) == value, value
		},
	}
}

// spell writes a history for a person: one call a line, by time of beginning.
func spell(history []porcupine.Operation) string {
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	var text []byte
	for _, op := range history {
		in := op.Input.(input)
		text = fmt.Appendf(text, "  caller %d: read %v, delta %d: %d, from %d to %d ns\n", op.ClientId, in.read, in.delta, op.Output, op.Call, op.Return)
	}
	return string(text)
}
