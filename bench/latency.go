package bench

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
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
// capacity ("80pct"), which is what -capacity says or else what closed finds out.
// Its result is in ns per operation.
func newOpenLoop(c *conditions, closed func() float64) openLoop {
	rate := c.Keys["rate"]
	var l openLoop
	if share, ok := strings.CutSuffix(rate, "pct"); ok {
		capacity := c.Capacity
		if capacity == 0 {
			capacity = closed()
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
	start := time.Now()
	for range times {
		h.RecordValue(int64(time.Since(start)))
	}
	return float64(time.Since(start)) / times
}

// await returns operation i's intended time, once it has come. It spins, for a
// timer is 50 µs late, but lets others run: a bare spin with GOMAXPROCS=1 measured
// milliseconds of its own making.
func (l openLoop) await(start time.Time, i int) (intended time.Duration) {
	intended = time.Duration(float64(i) * l.every)
	for time.Since(start) < intended {
		runtime.Gosched()
	}
	return intended
}

// keeps says whether the latency of operation i is recorded.
func (l openLoop) keeps(i int) bool { return i%l.keep == 0 }

// quarter says whether operation i ends another quarter of n.
func quarter(i, n int) bool { return (i+1)*4/n > i*4/n }

// newHistogram holds latencies from 1 ns to 100 s with two digits: 1 %.
func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, int64(100*time.Second), 2) }

// record adds one; what is beyond the histogram counts as its greatest.
func record(h *hdrhistogram.Histogram, latency time.Duration) {
	h.RecordValue(min(max(int64(latency), 1), h.HighestTrackableValue()))
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

// report prints percentiles and how much of the offered rate was served. A
// percentile is printed if at least ten observations lie beyond it.
func (l openLoop) report(b *testing.B, o outcome) {
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

// heapInUse is the bytes of live and not yet collected objects.
func heapInUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
