package pooltest_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
	"crossover/patterns/pool/pooltest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

type (
	task    = pooltest.Task
	result  = pooltest.Result
	variant = pool.Variant[task, result]
	aPool   = pool.Pool[task, result]
	aMap    = func(context.Context, []task) ([]result, error)
)

// double is a variant that breaks one law on purpose.
type double struct {
	law  string
	name string // what is wrong with it
	variant
	want string // is in the error
}

var doubles = []double{
	{"options-checked", "makes do with what it gets", resized(genuine("workers.chan"), func(o *pool.Options) { o.Workers = max(o.Workers, 1) }), "0 workers, chunks of 1 and MaxTasks 0 were accepted"},
	{"options-checked", "makes do with what it gets", resized(genuine("parfor"), func(o *pool.Options) { o.Chunk = max(o.Chunk, 1) }), "1 workers, chunks of 0 and MaxTasks 0 were accepted"},
	{"options-checked", "takes threads for goroutines", resized(genuine("go"), func(o *pool.Options) { o.As = role.Goroutine }), "workers as thread were accepted"},
	{"place-as-said", "goroutines said to be processes", placed(genuine("workers.chan"), role.Process), "runs as process, and a task ran in process"},
	{"place-as-said", "goroutines said to be threads", placed(genuine("parfor"), role.Thread), "runs as thread, and that a worker is locked to its thread is false"},
	{"place-as-said", "replaces threads by goroutines", after(threads("workers.mutex"), failed, func(o *pool.Options) { o.As = role.Goroutine }), "after tasks that were to call runtime.Goexit: runs as thread, and that"},
	{"reused-as-said", "says that workers are reused", claims(genuine("go.sem"), func(v *variant) { v.Reuses = true }), "hang: waiting for a worker to do a second task"},
	{"reused-as-said", "says that workers are not reused", claims(genuine("parfor"), func(v *variant) { v.Reuses = false }), "6 tasks had 1 workers, want one each"},
	{"results-in-place", "runs the first task twice", mapped(genuine("parfor"), repeats), "ran 2 times"},
	{"results-in-place", "swaps the outer results", mapped(genuine("parfor"), swaps), "task 0 of 7 is not listed and its result is"},
	{"results-in-place", "forgets the last task", mapped(genuine("parfor"), forgets), "is not listed and its result is 0"},
	{"results-in-place", "uses a slice of results again", mapped(genuine("parfor"), reuses), "after another Map: task 0 of 150 is not listed and its result is"},
	{"results-in-place", "loses one that is 100 behind", windowed(genuine("go.sem"), 100), "of 150 is not listed and its result is 0"},
	{"results-in-place", "counts in 16 bits", mapped(genuine("parfor"), wraps), "very many: task 0 of 65636 is not listed and its result is"},
	{"results-in-place", "cuts what is large", mapped(genuine("parfor"), cuts), "large: the result of task 0 of 4 brings back 65536 bytes that are not the 204800 it was given"},
	{"results-in-place", "overflows where it counts chunks", overflowing(genuine("parfor")), "task 0 of 7 is not listed and its result is 0"},
	{"failures-listed", "keeps the result of a task that failed", keeping(genuine("go.sem")), "is listed and has the result"},
	{"failures-listed", "lists the last first", failing(genuine("parfor"), func(f pool.Failures) error { slices.Reverse(f); return f }), "is listed after task"},
	{"failures-listed", "lists the first only", failing(genuine("parfor"), func(f pool.Failures) error { return f[:1] }), "was to fail and is not listed"},
	{"failures-listed", "lists 100 at most", failing(genuine("parfor"), func(f pool.Failures) error { return f[:min(len(f), 100)] }), "task 100 of 150 was to fail and is not listed"},
	{"failures-listed", "counts from one", failing(genuine("parfor"), blamesNext), "task 11 of 11 is listed"},
	{"failures-listed", "returns the first error only", failing(genuine("parfor"), func(f pool.Failures) error { return f[0].Err }), "the Map returned *errors.errorString errand 1 was to fail"},
	{"panic-contained", "keeps the text only", failing(genuine("parfor"), texts), "listed with another error"},
	{"panic-contained", "says nothing of it", failing(genuine("parfor"), func(pool.Failures) error { return nil }), "was to panic and is not listed"},
	{"panic-contained", "takes errors for failures", failing(genuine("parfor"), valuesOfPanics), "was to panic with an error and is listed with another error"},
	{"panic-contained", "says nothing of the runtime's", failing(genuine("parfor"), withoutFaults), "was to fault and is not listed"},
	{"panic-contained", "frees a slot twice", after(genuine("go.sem"), failed, func(o *pool.Options) { o.Workers++ }), "afterwards: 2 tasks ran at once"},
	{"maps-separate", "swaps the results of two Maps", exchanging(genuine("go.sem")), "of 60 is"},
	{"maps-separate", "ends all Maps with one", mapped(genuine("workers.chan"), together), "beside one that was cancelled: "},
	{"bound-kept", "not bounded", claims(genuine("go"), func(v *variant) { v.Bounded = true }), "ran at once"},
	{"bound-kept", "one worker too many", resized(genuine("workers.mutex"), func(o *pool.Options) { o.Workers++ }), "ran at once"},
	{"workers-at-once", "one worker, whatever was asked", resized(genuine("workers.chan"), func(o *pool.Options) { o.Workers = min(o.Workers, 1) }), "hang: 3 workers, chunks of 1: waiting for 3 tasks to begin, of which 1 did"},
	{"workers-at-once", "a worker for each whole chunk", wholeChunks(genuine("parfor")), "hang: 3 workers, chunks of 4: one task in the last chunk: waiting for 15 tasks to begin, of which 14 did"},
	{"last-tasks-meet", "deals out the tasks beforehand", dealing(genuine("parfor")), "hang: 3 workers, chunks of 1: waiting for 14 tasks to begin, of which 12 did"},
	{"last-tasks-meet", "has a worker too few now and then", shortNowAndThen(genuine("workers.chan")), "hang: 3 of the last 4 tasks of"},
	{"goexit-listed", "says nothing of it", failing(genuine("parfor"), func(pool.Failures) error { return nil }), "was to call runtime.Goexit and is not listed"},
	{"goexit-listed", "loses a worker", after(genuine("workers.chan"), failed, func(o *pool.Options) { o.Workers = max(o.Workers-1, 1) }), "hang: 3 workers, chunks of 1: afterwards: waiting for 3 tasks to begin, of which 2 did"},
	{"all-at-once", "a thousand at a time", claims(resized(genuine("go.sem"), func(o *pool.Options) { o.Workers = 1000 }), func(v *variant) { v.Bounded = false }), "hang: waiting for 1200 tasks to begin, of which 1000 did"},
	{"cancel-stops", "deaf to its context", mapped(genuine("go.sem"), deaf), "4 tasks were begun after the context had ended"},
	{"cancel-stops", "does not wait for tasks", mapped(genuine("go.sem"), hasty), "while 2 tasks were running"},
	{"cancel-stops", "gives no cause", mapped(genuine("go.sem"), causeless), "want the context's cause"},
	{"cancel-stops", "looks at its context too late", mapped(genuine("go.sem"), late), "cancelled before: 6 tasks were begun"},
	{"cancel-stops", "tells of failures first", mapped(genuine("go"), failuresFirst), "want the context's cause"},
	{"cancel-stops", "says nothing if all was done", mapped(genuine("workers.chan"), contentWhenDone), "want the context's cause"},
	{"cancel-stops", "says nothing if there was nothing to do", mapped(genuine("go"), contentWithNothing), "want the context's cause"},
	{"cancel-stops", "keeps the results of the Map before", mapped(genuine("workers.chan"), remembers), "was not completed and has the result"},
	{"cancel-stops", "throws away what was done", mapped(genuine("workers.chan"), discards), "was completed and its result is 0"},
	{"cancel-stops", "frees a slot twice", after(genuine("go.sem"), cancelled, func(o *pool.Options) { o.Workers++ }), "afterwards: 3 tasks ran at once"},
	{"cancel-stops", "loses a slot now and then", after(genuine("go.sem"), everyFifth(cancelled), func(o *pool.Options) { o.Workers = max(o.Workers-1, 1) }), "hang: afterwards: waiting for 2 tasks to begin, of which 1 did"},
	{"close-waits", "does a Map in parts", mapped(genuine("workers.chan"), inParts), "the Map returned *errors.errorString pool is closed"},
	{"close-waits", "closes in the background", closing(genuine("workers.chan"), func(p aPool) error { go p.Close(); return nil }), "a Close returned while tasks were running"},
	{"close-waits", "waits in the first Close only", firstCloses(genuine("workers.chan")), "a Close returned while tasks were running"},
	{"closed-is-final", "has nothing to do", mapped(genuine("go"), idle), "a Map of 0 tasks on a closed pool returned <nil>"},
	{"closed-is-final", "does not close", closing(genuine("go"), func(aPool) error { return nil }), "a Map of 3 tasks on a closed pool returned <nil>"},
	{"closed-is-final", "panics on the second Close", closesOnce(genuine("workers.chan")), "close of closed channel"},
	{"closed-is-final", "looks whether it is closed, and goes in later", doorless(genuine("workers.chan")), "panic: send on closed channel"},
	{"nothing-left", "leaves a goroutine", changed(genuine("parfor"), leaks), "hang: closed unused: "},
	{"nothing-left", "waits for the end of a context for ever", mapped(genuine("parfor"), hooked), "1 functions wait for the end of the context of a Map"},
	{"nothing-left", "leaves its workers", closing(genuine("workers.chan"), func(aPool) error { return nil }), "hang: closed unused: "},
}

// streamDouble is a way of streaming that breaks one law on purpose.
type streamDouble struct {
	law    string
	name   string // what is wrong with it
	stream pooltest.StreamFunc
	want   string // is in the error
}

var streamDoubles = []streamDouble{
	{"stream-in-order", "swaps neighbours", yielding(swapsNeighbours), "the stream yielded input 1 where 0 was to come"},
	{"stream-in-order", "forgets the last", yielding(forgetsLast), "the stream did not yield input 0 of 1"},
	{"stream-in-order", "gives all the same result", yielding(sameResult), "is not listed and its result is"},
	{"stream-in-order", "takes nothing where nobody is to work", idleStream, "a stream with 0 workers, chunks of 0: the stream did not yield input 0 of 3"},
	{"stream-as-they-come", "always in order", asked(func(o *pool.StreamOptions) { o.Unordered = false }), "hang: waiting for the stream after 0"},
	{"stream-ahead", "no wider than the pool", asked(func(o *pool.StreamOptions) { o.Window = min(o.Window, 2) }), "hang: waiting for 5 tasks to end, of which 1 did"},
	{"stream-ahead", "takes what it can get", asked(func(o *pool.StreamOptions) { o.Window = 100 }), "inputs were taken before the first result"},
	{"stream-ahead", "never in order", asked(func(o *pool.StreamOptions) { o.Unordered = true }), "where 0 was to come"},
	{"stream-bounded", "takes what it can get", asked(func(o *pool.StreamOptions) { o.Window = 100 }), "inputs were taken when 0 results had been read"},
	{"stream-break-stops", "does not wait for tasks", leavesEarly, "the stream was left while tasks were running"},
	{"stream-break-stops", "waits for one task", waitsForOne, "the stream was left while tasks were running"},
	{"stream-break-stops", "does not wait if it is left with a panic", unlessPanic, "with a panic: the stream was left while tasks were running"},
	{"stream-break-stops", "does not stop what has not begun", stopsNothing, "hang: left with tasks that have not begun: waiting for the stream to end"},
	{"stream-cancel-stops", "fills its chunks all the same", takesOn, "inputs were taken after the stream had been stopped"},
	{"stream-cancel-stops", "loses a chunk that is not full", yieldsFullChunks, "2 inputs were taken and 0 yielded"},
	{"stream-closed-stops", "takes a closed pool for a failure", failsClosed, "94 inputs were taken after the stream had been stopped"},
	{"stream-failure-as-asked", "sees a failure when it yields it", seesLate, "hang: a task that was to fail: asked to cancel, with another before it: waiting for the stream after 0"},
	{"stream-cancel-stops", "deaf to its context", deafStream, "5 inputs were taken after the stream had been stopped"},
	{"stream-cancel-stops", "gives no cause", yielding(noCause), "want the cause"},
	{"stream-failure-as-asked", "blames the first", yielding(blamesFirst), "input 0: it failed, want input 3"},
	{"stream-failure-as-asked", "always finishes", asked(func(o *pool.StreamOptions) { o.OnFailure = pool.Finish }), "hang: a task that was to fail: asked to cancel: "},
	{"stream-failure-as-asked", "always cancels", asked(func(o *pool.StreamOptions) { o.OnFailure = pool.Cancel }), "asked to finish: "},
}

func TestDoubles(t *testing.T) {
	all := append(doubles, platformDoubles()...)
	var tested []lawtest.Double[pooltest.Subject]
	for _, d := range all {
		tested = append(tested, lawtest.Double[pooltest.Subject]{Law: d.law, Name: d.name, Subject: pooltest.Subject{Variant: d.variant, As: d.Executions[0]}, Want: d.want})
	}
	for _, d := range streamDoubles {
		of := pooltest.Subject{Variant: genuine("workers.chan"), As: role.Goroutine, Stream: d.stream}
		tested = append(tested, lawtest.Double[pooltest.Subject]{Law: d.law, Name: d.name, Subject: of, Want: d.want})
	}
	var untried []string
	if platformDoubles() == nil {
		untried = []string{"crash-listed", "retired-in-time"}
	}
	lawtest.Doubles(t, pooltest.Laws(), tested, untried...)
}

// genuine is the variant of that name.
func genuine(name string) variant {
	all := pool.Variants[task, result]()
	return all[slices.IndexFunc(all, func(v variant) bool { return v.Name == name })]
}

// threads is the variant of that name with workers that are threads.
func threads(name string) variant {
	v := genuine(name)
	v.Executions = []role.As{role.Thread}
	return v
}

// placed is a variant said to run otherwise than it does.
func placed(v variant, as role.As) variant {
	v = resized(v, func(o *pool.Options) { o.As = "" })
	v.Executions = []role.As{as}
	return v
}

// claims is a variant that says something else of itself.
func claims(v variant, change func(*variant)) variant {
	change(&v)
	return v
}

// resized is a variant that takes other options than it is given.
func resized(v variant, change func(*pool.Options)) variant {
	build := v.New
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		change(&o)
		return build(f, o)
	}
	return v
}

// changed is a variant with something between its pools and their user.
func changed(v variant, change func(aPool) aPool) variant {
	build := v.New
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		p, err := build(f, o)
		if err != nil {
			return nil, err
		}
		return change(p), nil
	}
	return v
}

// altered is a pool with another Map or Close.
type altered struct {
	domap   aMap
	doclose func() error
}

func (a altered) Map(ctx context.Context, in []task) ([]result, error) { return a.domap(ctx, in) }
func (a altered) Close() error                                         { return a.doclose() }

func mapped(v variant, change func(aMap) aMap) variant {
	return changed(v, func(p aPool) aPool { return altered{change(p.Map), p.Close} })
}

func closing(v variant, change func(aPool) error) variant {
	return changed(v, func(p aPool) aPool {
		return altered{p.Map, func() error { return change(p) }}
	})
}

// failing is a variant that tells its failures otherwise.
func failing(v variant, change func(pool.Failures) error) variant {
	return mapped(v, func(inner aMap) aMap {
		return func(ctx context.Context, in []task) ([]result, error) {
			out, err := inner(ctx, in)
			if f, ok := err.(pool.Failures); ok {
				err = change(f)
			}
			return out, err
		}
	})
}
