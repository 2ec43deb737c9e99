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
//
// Both sample files are appended to as samples come and a sample counts only
// when it is whole, so a study that was cut off is still a study.
package study

import "time"

// Names of the files of a study.
const (
	RawFile     = "raw.txt"
	SamplesFile = "samples.jsonl"
	CatalogFile = "catalog.json"
	MachineFile = "machine.json"
)

// Sample is one run of one case in a fresh process.
type Sample struct {
	Round int `json:"round"` // from 1; 0 for a case that failed before the first round
	Order int `json:"order"` // position within the round, from 0
	// Case is the catalog's case name, without -N; "" for the control.
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
}

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
	MemoryMiB int       `json:"memory_mib"`
	Go        string    `json:"go"`
	Commit    string    `json:"commit"` // of the code measured, "" if unknown
	Dirty     bool      `json:"dirty"`  // uncommitted changes in the tree
	Command   string    `json:"command"`
	Grid      string    `json:"grid"`
	Seed      int64     `json:"seed"`
	Rounds    int       `json:"rounds"`      // planned
	SpinPerUS int       `json:"spin_per_us"` // spin iterations per microsecond, calibrated once
	CPUList   []int     `json:"cpu_list"`    // planned values of the cpus axis
	Procs     []int     `json:"procs"`       // planned values of GOMAXPROCS, before the star picks
	Benchtime string    `json:"benchtime"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	Complete  bool      `json:"complete"` // every planned round was run
	Warnings  []string  `json:"warnings"` // each a sentence for a person
}
