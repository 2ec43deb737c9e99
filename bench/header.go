package bench

import (
	"fmt"
	"io"
)

// Header prints the configuration and the units that readers of the benchmark
// format need beyond what go test prints. cpus is how many CPUs the process may
// use: results under another affinity mask are another experiment.
func Header(w io.Writer, cpus int, pin string) {
	fmt.Fprintf(w, "cpus: %d\n", cpus)
	if pin != "" {
		fmt.Fprintf(w, "pin: %s\n", pin)
	}
	for _, unit := range []string{
		"cpu-ns/op", "capped",
		"dropped-ratio", "backlog-items",
		"p50-ns", "p90-ns", "p99-ns", "p99.9-ns", "max-ns", "peak-heap-bytes",
		"depth25pct-items", "depth50pct-items", "depth75pct-items", "depth100pct-items",
		"longest-wait-ns",
		"resident-bytes/worker", "all-running-ns", "neighbour-p99-ns",
	} {
		fmt.Fprintf(w, "Unit %s better=lower\n", unit)
	}
	for _, unit := range []string{"goodput-ratio", "fairness-ratio"} {
		fmt.Fprintf(w, "Unit %s better=higher\n", unit)
	}
}
