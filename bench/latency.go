package bench

import (
	"fmt"
	"maps"
	"math"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"crossover/patterns/clock"
	"crossover/patterns/role"
)

// closedLoop is the rate of cases without one: the next operation begins when the
// last one is done.
const closedLoop = "max"

// An open loop offers operations at intended times, whatever has become of the
// earlier ones, and counts each latency from the intended time. A stall then shows
// in every operation that should have begun meanwhile; to count from the time at
// which the stalled client got round to it is coordinated omission (Tene).
type openLoop struct {
	every float64 // ns from one intended time to the next
	keep  int     // one latency in so many is recorded
	timer float64 // what that costs each operation, in ns
}

// timerShare is how much of the time between two operations the timer may take.
const timerShare = 0.02

// newOpenLoop reads the rate: operations a second ("10k"), or a share of the
// capacity ("80pct"), which is what -capacity says or else what run finds out: it
// measures a case of the variants among which the baseline is. Of cases in a closed
// loop it is nil.
func newOpenLoop(b *testing.B, c *conditions, baseline string, run func(*testing.B, *conditions)) *openLoop {
	rate := c.Keys["rate"]
	if rate == closedLoop {
		return nil
	}
	l := new(openLoop)
	if share, ok := strings.CutSuffix(rate, "pct"); ok {
		capacity := c.Capacity
		if capacity == 0 {
			capacity = closedLoopTime(b, c, baseline, run)
		}
		l.every = capacity * 100 / number(rate, share)
	} else {
		unit := 1.0
		digits := rate
		for suffix, factor := range map[string]float64{"k": 1e3, "m": 1e6} {
			if d, ok := strings.CutSuffix(rate, suffix); ok {
				digits, unit = d, factor
			}
		}
		l.every = 1e9 / (unit * number(rate, digits))
	}
	cost := timerCost()
	l.keep = max(1, int(math.Ceil(cost/(timerShare*l.every))))
	l.timer = cost / float64(l.keep)
	return l
}

// closedLoopTime is the ns per operation of the baseline at the same point in a
// closed loop.
func closedLoopTime(b *testing.B, c *conditions, baseline string, run func(*testing.B, *conditions)) float64 {
	const enough = 10 * time.Millisecond
	keys := maps.Clone(c.Keys)
	keys["impl"], keys["as"], keys["rate"] = baseline, string(role.Goroutine), closedLoop
	defer setN(b, b.N)
	for n := 1000; ; n *= 4 {
		setN(b, n)
		run(b, &conditions{Keys: keys, Work: c.Work})
		if took := b.Elapsed(); took >= enough {
			return float64(took) / float64(n)
		}
	}
}

func setN(b *testing.B, n int) {
	//lint:ignore SA3001 it is put back, and nothing is reported of the runs between
	b.N = n
}

func number(rate, digits string) float64 {
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || n <= 0 {
		panic(fmt.Sprintf("rate %q: %v", rate, err))
	}
	return n
}

// timerCost is what it takes to read the clock and to record a latency, in ns.
func timerCost() float64 {
	const times = 2000
	h := newHistogram()
	start := clock.Now()
	for range times {
		h.RecordValue(int64(clock.Since(start)))
	}
	return float64(clock.Since(start)) / times
}

// await returns operation i's intended time, once it has come. It spins, for a
// timer is 50 µs late, but lets others run: a bare spin with GOMAXPROCS=1 measured
// milliseconds of its own making.
func (l *openLoop) await(start time.Time, i int) (intended time.Duration) {
	intended = time.Duration(float64(i) * l.every)
	for clock.Since(start) < intended {
		runtime.Gosched()
	}
	return intended
}

// keeps says whether the latency of operation i is recorded.
func (l *openLoop) keeps(i int) bool { return i%l.keep == 0 }

// quarter says whether operation i ends another quarter of n.
func quarter(i, n int) bool { return (i+1)*4/n > i*4/n }

// newHistogram holds latencies from 1 ns to 100 s with two digits: 1 %.
func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, int64(100*time.Second), 2) }

// record adds one; what is beyond the histogram counts as its greatest.
func record(h *hdrhistogram.Histogram, latency time.Duration) {
	h.RecordValue(min(max(int64(latency), 1), h.HighestTrackableValue()))
}

// arrivals are the operations of an open loop that come to one of several parties:
// they are dealt out in turn. Whoever lags behind keeps its own waiting, so that
// unfairness shows. The fields are exported for parties in other processes.
type arrivals struct {
	Count int
	First time.Duration // when the first comes
	Every float64       // ns from one to the next
	Keep  int           // one latency in so many is recorded
}

// deal is party i's share of n operations; nil in a closed loop.
func (l *openLoop) deal(n, parties, i int) *arrivals {
	if l == nil {
		return nil
	}
	return &arrivals{
		Count: share(n, parties, i),
		First: time.Duration(float64(i) * l.every),
		Every: l.every * float64(parties),
		Keep:  l.keep,
	}
}

// service is what a party made of them. Histograms do not cross to other processes,
// snapshots do.
type service struct {
	Done      int
	Depth     []int // how many had come and were not done, at each quarter
	Latencies *hdrhistogram.Snapshot
}

// serve does the operations, one after the other and none before its time, until
// one says that it was the last.
func (a *arrivals) serve(do func(i int) (more bool, err error)) (s service, err error) {
	loop, h := &openLoop{every: a.Every, keep: a.Keep}, newHistogram()
	start := clock.Now().Add(a.First)
	for i := range a.Count {
		intended := loop.await(start, i)
		more, err := do(i)
		if err != nil {
			return s, err
		}
		if !more {
			break
		}
		s.Done++
		if loop.keeps(i) {
			record(h, clock.Since(start)-intended)
		}
		if quarter(i, a.Count) {
			come := min(a.Count, int(float64(clock.Since(start))/a.Every)+1)
			s.Depth = append(s.Depth, max(0, come-s.Done))
		}
	}
	s.Latencies = h.Export()
	return s, nil
}

// HistogramFile is the environment variable that names the file for the latencies
// of an open-loop case, an HDR histogram (V2, compressed, base64).
const HistogramFile = "CROSSOVER_HISTOGRAM"

// outcome is what an open loop came to.
type outcome struct {
	offered, served, dropped int
	wall                     time.Duration
	latencies                *hdrhistogram.Histogram
	// depth is how many operations waited when a quarter, half, three quarters and
	// all of them had been offered; nil where that is not known.
	depth    []int
	peakHeap uint64 // bytes, at those times; 0 where not known
}

// reportAll prints what several parties together made of b.N operations.
func (l *openLoop) reportAll(b *testing.B, wall time.Duration, parties []service) {
	o := outcome{offered: b.N, wall: wall, latencies: newHistogram()}
	for _, s := range parties {
		o.served += s.Done
		o.latencies.Merge(hdrhistogram.Import(s.Latencies))
		for i, d := range s.Depth {
			if i == len(o.depth) {
				o.depth = append(o.depth, 0)
			}
			o.depth[i] += d
		}
	}
	l.report(b, o)
}

// report prints percentiles and how much of the offered rate was served. A
// percentile is printed if at least ten observations lie beyond it.
func (l *openLoop) report(b *testing.B, o outcome) {
	total := o.latencies.TotalCount()
	for _, p := range []float64{50, 90, 99, 99.9} {
		if beyond := float64(total) * (100 - p) / 100; beyond >= 10 {
			b.ReportMetric(float64(o.latencies.ValueAtPercentile(p)), "p"+strconv.FormatFloat(p, 'g', -1, 64)+"-ns")
		}
	}
	b.ReportMetric(float64(o.latencies.Max()), "max-ns")
	b.ReportMetric(float64(o.served)*l.every/float64(o.wall), "goodput-ratio")
	b.ReportMetric(float64(o.dropped)/float64(max(1, o.offered)), "dropped-ratio")
	b.ReportMetric(l.every, "offered-ns/op")
	b.ReportMetric(l.timer, "timer-ns/op")
	for i, d := range o.depth {
		b.ReportMetric(float64(d), fmt.Sprintf("depth%dpct-items", 25*(i+1)))
	}
	if o.peakHeap > 0 {
		b.ReportMetric(float64(o.peakHeap), "peak-heap-bytes")
	}
	if path := os.Getenv(HistogramFile); path != "" {
		if err := writeHistogram(path, o.latencies); err != nil {
			b.Error(err)
		}
	}
}

func writeHistogram(path string, h *hdrhistogram.Histogram) error {
	text, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o666)
	}
	if err != nil {
		return fmt.Errorf("writing the latencies: %w", err)
	}
	return nil
}

// heapInUse is the bytes of live and not yet collected objects, and of the stacks of
// goroutines: a backlog may be either.
func heapInUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() + s[1].Value.Uint64()
}
