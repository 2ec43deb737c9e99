package bench

import (
	"crossover/patterns/role"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime/metrics"
	"time"
)

// RuntimeFile is the environment variable that names the file for WriteRuntime.
const RuntimeFile = "CROSSOVER_RUNTIME"

// WriteRuntime leaves what this process's Go runtime went through in the file that
// RuntimeFile names, as JSON; without the variable it does nothing. It is called as
// the process ends, and printing it with the results would put it where benchstat
// compares things.
func WriteRuntime() error {
	path := os.Getenv(RuntimeFile)
	if path == "" {
		return nil
	}
	samples := []metrics.Sample{
		{Name: "/cpu/classes/gc/total:cpu-seconds"},
		{Name: "/gc/cycles/total:gc-cycles"},
		{Name: "/sched/latencies:seconds"},
	}
	metrics.Read(samples)
	report := struct {
		GCShare  float64 `json:"gc_share"`
		GCCycles uint64  `json:"gc_cycles"`
		SchedP99 float64 `json:"sched_p99_ns"`
	}{
		GCCycles: samples[1].Value.Uint64(),
		SchedP99: 1e9 * quantile(samples[2].Value.Float64Histogram(), 0.99),
	}
	// The runtime's own total of processor time is as old as the last cycle.
	if cpu, known := role.SelfCPU(); known && cpu > 0 {
		report.GCShare = samples[0].Value.Float64() * float64(time.Second) / float64(cpu)
	}
	data, err := json.Marshal(report)
	if err == nil {
		err = os.WriteFile(path, data, 0o666)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", RuntimeFile, err)
	}
	return nil
}

// quantile is the upper bound of the bucket that holds the q-quantile, the lower one
// where that is infinite; 0 if h is empty.
func quantile(h *metrics.Float64Histogram, q float64) float64 {
	var total, below uint64
	for _, n := range h.Counts {
		total += n
	}
	if total == 0 {
		return 0
	}
	rank := uint64(math.Ceil(q * float64(total)))
	for i, n := range h.Counts {
		if below += n; below >= rank {
			if upper := h.Buckets[i+1]; !math.IsInf(upper, 1) {
				return upper
			}
			return h.Buckets[i]
		}
	}
	return 0
}
