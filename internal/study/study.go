// Package study is the format of a study on disk, written by cmd/measure and
// read by cmd/report.
//
// A study is a folder:
//
//	raw.txt        benchfmt, what go test printed, one block a sample in order of
//	               run; its only configuration beside go test's own is what must
//	               never be pooled: cpus and pin
//	samples.jsonl  one Sample a line, the same order: round, order, load, control
//	catalog.json   what the benchmark binary said about itself (package catalog)
//	machine.json   Machine: where and how it was measured
//	plan.jsonl     what is to be run, for going on: a Plan, then a Fixed a line as
//	               the number of operations of each cell was found; the last counts
//
// The files of lines are appended to as samples come and a sample counts only
// when it is whole, so a study that was cut off is still a study.
package study

import "time"

// Names of the files of a study.
const (
	RawFile     = "raw.txt"
	SamplesFile = "samples.jsonl"
	CatalogFile = "catalog.json"
	MachineFile = "machine.json"
	PlanFile    = "plan.jsonl"
)

// MostRounds is how many rounds a study has at most.
const MostRounds = 1_000_000

// Sample is one run of one case in a fresh process.
type Sample struct {
	Round int `json:"round"` // from 1; 0 for a case that failed before the first round
	Order int `json:"order"` // position within the round, from 0
	// Case is the catalog's name of a case or floor, without -N; "" for the control.
	Case       string    `json:"case"`
	CPUs       int       `json:"cpus"`
	GOMAXPROCS int       `json:"gomaxprocs"`
	Pin        string    `json:"pin,omitempty"`     // "", "one" or "split"
	Control    bool      `json:"control,omitempty"` // the fixed spin that watches the machine
	N          int       `json:"n"`
	Start      time.Time `json:"start"`
	Wall       float64   `json:"wall_s"` // seconds, process start to exit
	Load1      float64   `json:"load1"`  // the machine's load average before the sample

	// Values by unit as printed ("ns/op", "cpu-ns/op"). Empty when Error is set.
	Values map[string]float64 `json:"values,omitempty"`
	// Error says what went wrong, with the end of the output; "" if nothing.
	Error string `json:"error,omitempty"`

	Beside
	// Histogram is what the case wrote to CROSSOVER_HISTOGRAM: its latencies in ns as
	// HdrHistogram V2, compressed, in base64.
	Histogram string `json:"histogram,omitempty"`
}

// Timed is the duration of the part that the benchmark timed.
func (s *Sample) Timed() time.Duration {
	return time.Duration(float64(s.N) * s.Values["ns/op"])
}

// SharedCore is the scatter of Core, see stat.Scatter, above which the cores are
// called shared.
const SharedCore = 0.05

// Beside is what was seen beside a sample and not by it. What the platform does not
// say is zero.
type Beside struct {
	// Probe is the round trip of a cache line between two CPUs just before the sample,
	// in ns: where a virtual CPU has moved it is another one.
	Probe float64 `json:"probe_ns,omitempty"`
	// Core is how long a fixed piece of work took that fills a core, just before the
	// sample, in ns: a neighbour on the core's other hardware thread makes it longer.
	Core float64 `json:"core_ns,omitempty"`
	// Others is the processor time that the CPUs of the study gave to anything but it
	// since the sample before, in seconds: another program, the kernel, the hypervisor.
	// It comes in steps of 10 ms, so only sums over seconds mean much.
	Others float64 `json:"others_s,omitempty"`
	// Stolen is the processor time that another guest of the host had meanwhile, as far as
	// the kernel knows, in seconds. It comes in the same steps.
	Stolen float64 `json:"stolen_s,omitempty"`
	// Throttled is how long the cgroup's quota held its processes back, in seconds.
	Throttled float64 `json:"throttled_s,omitempty"`
	// Context switches and peak resident size of the process and its workers.
	Voluntary   int64    `json:"voluntary,omitempty"`
	Involuntary int64    `json:"involuntary,omitempty"`
	MaxRSSKiB   int64    `json:"max_rss_kib,omitempty"`
	Runtime     *Runtime `json:"runtime,omitempty"`
}

// Runtime is what a process says about its Go runtime as it ends.
type Runtime struct {
	GCShare  float64 `json:"gc_share"`     // of the processor time, whole cycles only
	GCCycles uint64  `json:"gc_cycles"`    // whole ones
	SchedP99 float64 `json:"sched_p99_ns"` // how long a ready goroutine waits, 99th percentile
}

// Plan is what a study needs to be gone on with.
type Plan struct {
	Version   int       `json:"version"`
	Args      []string  `json:"args"` // the flags that count, seed included
	SpinPerUS int       `json:"spin_per_us"`
	CPUs      []int     `json:"cpus"` // numbers of those a process may use
	Entrants  []Entrant `json:"entrants"`
}

// PlanVersion is that of Plan and Fixed.
const PlanVersion = 1

// Entrant is a program that took part in the rounds.
type Entrant struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // of its binary, or of the command and its files
}

// Fixed is the number of operations found for one cell; 0, with an error, if it
// failed and is left out.
type Fixed struct {
	Case       string  `json:"case"` // "" for the control
	CPUs       int     `json:"cpus"`
	GOMAXPROCS int     `json:"gomaxprocs"`
	Pin        string  `json:"pin,omitempty"`
	N          int     `json:"n"`
	NsPerOp    float64 `json:"ns_per_op"`
	Wall       float64 `json:"wall_s"`
	Error      string  `json:"error,omitempty"`
	// Borrowed numbers are another study's and fit if the first sample takes as long as there.
	Borrowed bool `json:"borrowed,omitempty"`
}

// Timed is how long the operations took where their number was found.
func (f *Fixed) Timed() time.Duration { return time.Duration(float64(f.N) * f.NsPerOp) }

// Machine says where, with what and how a study was measured. It names no host
// and no user.
type Machine struct {
	CPU       string    `json:"cpu"`  // model name
	CPUs      int       `json:"cpus"` // that the process may use
	OS        string    `json:"os"`
	Arch      string    `json:"arch"`
	Kernel    string    `json:"kernel"`
	Virtual   bool      `json:"virtual"`
	Quota     string    `json:"quota,omitempty"` // cgroup cpu.max, if there is one
	Clock     string    `json:"clock"`           // clocksource
	Governor  string    `json:"governor,omitempty"`
	Topology  *Topology `json:"topology,omitempty"`
	HugePages string    `json:"huge_pages,omitempty"` // transparent: always, madvise or never
	MemoryMiB int       `json:"memory_mib"`
	// Limits are those of the cgroup beside Quota: memory, pids, cpuset.
	Limits map[string]string `json:"limits,omitempty"`
	Go     string            `json:"go"`
	// GoEnv are the settings of Go that change what is built or how it runs.
	GoEnv     map[string]string `json:"go_env,omitempty"`
	Commit    string            `json:"commit"` // of the code measured, "" if unknown
	Dirty     bool              `json:"dirty"`  // uncommitted changes in the tree
	Entrants  []Entrant         `json:"entrants,omitempty"`
	Command   string            `json:"command"`
	Grid      string            `json:"grid"`
	Seed      int64             `json:"seed"`
	Rounds    int               `json:"rounds"`             // planned; as run where the rule ended it sooner
	Stopping  string            `json:"stopping,omitempty"` // the rule, for a person
	SpinPerUS int               `json:"spin_per_us"`        // spin iterations per microsecond, calibrated once
	CPUList   []int             `json:"cpu_list"`           // planned values of the cpus axis
	Procs     []int             `json:"procs"`              // planned values of GOMAXPROCS, before the star picks
	Benchtime string            `json:"benchtime"`
	Start     time.Time         `json:"start"`
	End       time.Time         `json:"end"`
	Resumed   []time.Time       `json:"resumed,omitempty"`  // after interruptions
	Together  string            `json:"together,omitempty"` // the same in studies that were measured in the same rounds
	Complete  bool              `json:"complete"`           // every planned round was run
	Overhead  *Overhead         `json:"overhead,omitempty"`
	Warnings  []string          `json:"warnings"` // each a sentence for a person
}

// Topology is how the CPUs hang together.
type Topology struct {
	Sockets int      `json:"sockets"`
	Cores   int      `json:"cores"`
	Threads int      `json:"threads"` // online
	SMT     string   `json:"smt,omitempty"`
	NUMA    int      `json:"numa_nodes,omitempty"`
	Caches  []string `json:"caches,omitempty"` // of CPU 0: "L2 1024K", "L3 32768K shared by 0-7"
}

// Overhead is where the time of a study went, in seconds; of the last stretch, if it
// was gone on with.
type Overhead struct {
	Wall        float64 `json:"wall_s"`        // all of it
	Timed       float64 `json:"timed_s"`       // timed regions of samples
	Untimed     float64 `json:"untimed_s"`     // the rest of them: process start, set-up, exit
	Beside      float64 `json:"beside_s"`      // probes and bookkeeping
	Calibrating float64 `json:"calibrating_s"` // finding the numbers of operations
	Starting    float64 `json:"starting_s"`    // of that, process start, set-up and exit
	Preparing   float64 `json:"preparing_s"`   // building, catalogs, spin
}
