package bench

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/pipe"
	"crossover/patterns/pipe/pipetest"
	"crossover/patterns/role"
)

// Pipe is the pipe pattern as this suite measures it.
func Pipe() Pattern { return PipeOf(pipe.Variants()) }

// PipeOf is the pipe pattern with these variants, the baseline first.
func PipeOf(variants []pipe.Variant) Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "pipe",
			Benchmark: "BenchmarkPipe",
			Question:  "What should carry a request and its reply?",
			Original:  "pipes_example.py",
			Op:        "message or round trip",
			Axes: []catalog.Axis{
				{Key: "shape", Title: "shape"},
				{Key: "size", Title: "message size", Unit: "B"},
				{Key: "depth", Title: "outstanding requests"},
				{Key: "codec", Title: "codec"},
				{Key: "rate", Title: "offered rate"},
			},
		},
		situations: append(pipeSituations(variants[0].Name), pipeLatency()...),
		floors:     pipeFloors(),
		run: func(b *testing.B, c *conditions) {
			v, err := variantOf(c, variants, func(v pipe.Variant) string { return v.Name })
			if err != nil {
				b.Fatal(err)
			}
			runPipe(b, c, v)
		},
	}
	for _, v := range variants {
		d := describe("pipe", v.Info)
		d.Properties["ahead"] = strconv.Itoa(v.Ahead)
		d.Properties["notices"] = yes(v.Notices)
		p.Variants = append(p.Variants, d)
		ways := []role.As{role.Goroutine, role.Thread}
		if v.Open != nil {
			ways = append(ways, role.Process)
		}
		for _, as := range ways {
			p.entrants = append(p.entrants, entrant{Info: v.Info, as: as, admits: pipeAdmits(v)})
		}
	}
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(pipetest.Laws(), pipetest.Subjects(variants), nil)
	return p
}

// pipeAdmits says how many requests may be outstanding: as many as there is room
// for, or client and server could wait for each other.
func pipeAdmits(v pipe.Variant) func(map[string]string) bool {
	return func(keys map[string]string) bool {
		c := conditions{Keys: keys}
		return c.count("depth") <= max(1, v.Ahead)
	}
}

func pipePoint(shape, size, depth, codec string) map[string]string {
	return map[string]string{"shape": shape, "size": size, "depth": depth, "codec": codec, "rate": closedLoop}
}

func pipeSituations(baseline string) []situation {
	// Between goroutines the mechanisms that could cross stand beside those that do:
	// the difference is the price of isolation.
	across := func(e entrant) bool {
		return e.as == role.Process || e.as == role.Goroutine && (e.Crosses || e.Name == baseline)
	}
	sizes := []string{"1", "64", "4096", "65536", "1048576"}
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "pipe-same", Name: "same process",
				Note:  "A client sends 64 bytes to a server and waits for 64 bytes of reply, goroutine to goroutine.",
				Point: pipePoint("roundtrip", "64", "1", "none"),
				Axis:  "size",
			},
			quick:  []string{"64"},
			full:   sizes,
			admits: func(e entrant) bool { return e.as == role.Goroutine },
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-across", Name: "another process, 64 B",
				Note:     "The same with client and server each a process of its own, placed by the operating system, which may put both on one CPU or not.",
				Point:    pipePoint("roundtrip", "64", "1", "none"),
				Axis:     "depth",
				Eligible: map[string]string{"as": "process"},
			},
			quick:  []string{"1"},
			full:   []string{"1", "4", "16", "64"},
			admits: across,
			setup:  10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-stream", Name: "another process, 64 KiB stream",
				Note:     "One process sends messages of 64 KiB to another as fast as they are taken; nothing comes back.",
				Point:    pipePoint("stream", "65536", "1", "none"),
				Axis:     "size",
				Eligible: map[string]string{"as": "process"},
			},
			quick:  []string{"65536"},
			full:   sizes,
			admits: across,
			quickAdmits: func(e entrant) bool {
				kind := e.Name == "os.pipe" || e.Name == "socketpair" || e.Name == "shm.futex"
				return e.Name == baseline || e.as == role.Process && kind
			},
			pins:  []string{"one", "split"},
			setup: 10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-encoded", Name: "encoded structs",
				Note:  "A round trip of a struct of five fields, 64 bytes in memory: laid out by hand (raw), by encoding/gob with a lasting encoder, or as JSON. Between goroutines, so that the codec shows and not where the processes are; in the full grid between processes too.",
				Point: pipePoint("roundtrip", "64", "1", "gob"),
				Axis:  "codec",
			},
			quick:       []string{"raw", "gob", "json"},
			full:        []string{"raw", "gob", "json"},
			admits:      across,
			quickAdmits: func(e entrant) bool { return e.as == role.Goroutine && (e.Name == baseline || e.Name == "os.pipe") },
			setup:       10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-placed", Name: "another process, 64 B, placed",
				Note:     "As another process, 64 B, but with both processes on one CPU, or each on its own: a blocking hand-over costs ten times more across CPUs, and an unpinned pair flips between the two.",
				Point:    pipePoint("roundtrip", "64", "1", "none"),
				Axis:     "size",
				Eligible: map[string]string{"as": "process"},
			},
			full:   sizes,
			admits: func(e entrant) bool { return e.as == role.Process },
			pins:   []string{"one", "split"},
			setup:  10 * time.Millisecond,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-threads", Name: "same process, each side on an OS thread of its own",
				Note:  "As same process, but with client and server locked to threads: each hand-over that has to wait is a switch between threads.",
				Point: pipePoint("roundtrip", "64", "1", "none"),
				Axis:  "size",
			},
			full:   []string{"64", "65536"},
			admits: func(e entrant) bool { return e.as == role.Thread },
			pins:   []string{"one", "split"},
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-stream-threads", Name: "64 B stream, each side on an OS thread of its own",
				Note:  "One locked thread sends messages of 64 bytes to another as fast as they are taken: a pipe with room lets each side go on for a while before the switch.",
				Point: pipePoint("stream", "64", "1", "none"),
				Axis:  "size",
			},
			full:   []string{"64", "65536"},
			admits: func(e entrant) bool { return e.as == role.Thread },
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-stream-same", Name: "same process, 64 B stream",
				Note:  "One goroutine sends messages of 64 bytes to another as fast as they are taken.",
				Point: pipePoint("stream", "64", "1", "none"),
				Axis:  "size",
			},
			full:   sizes,
			admits: func(e entrant) bool { return e.as == role.Goroutine },
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-ahead", Name: "same process, 16 requests outstanding",
				Note:  "As same process, but the client sends up to 16 requests before it waits for the reply to the first. Only for pipes that have room for them.",
				Point: pipePoint("roundtrip", "64", "16", "none"),
				Axis:  "depth",
			},
			full:   []string{"1", "4", "16", "64"},
			admits: func(e entrant) bool { return e.as == role.Goroutine },
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-pipeline", Name: "create → square → collect",
				Note:  "What the original does: one party creates numbers, the next squares them, the last collects them, with a pipe between each two. ns/op is per number that came through.",
				Point: pipePoint("pipeline", "64", "1", "none"),
			},
			admits: func(e entrant) bool { return e.as != role.Thread },
			setup:  15 * time.Millisecond,
			only:   Full,
		},
	}
}

// leg is a party of a case: its role and the ends it holds.
type leg struct {
	role *plumber
	ends []pipe.End
}

// runPipe measures one case.
func runPipe(b *testing.B, c *conditions, v pipe.Variant) {
	loop := newOpenLoop(b, c, pipe.Variants()[0].Name, func(b *testing.B, c *conditions) { runPipe(b, c, pipe.Variants()[0]) })
	pipes := 1
	if c.Keys["shape"] == "pipeline" {
		pipes = 2
	}
	var ends, held []pipe.End
	defer func() {
		for _, e := range held {
			if err := e.Release(); err != nil {
				b.Error(err)
			}
		}
	}()
	for range pipes {
		near, far, err := v.New()
		if err != nil {
			b.Fatal(err)
		}
		ends = append(ends, near, far)
		held = slices.Clone(ends)
	}
	plan, err := stints(c, ends)
	if err != nil {
		b.Fatal(err)
	}

	errand := pipeErrand{
		Messages: b.N, Size: c.count("size"), Depth: c.count("depth"), Codec: c.Keys["codec"],
		Squared: pipes == 2, Arrivals: loop.deal(b.N, 1, 0), Limited: v.Spins,
	}
	crew := newCrew[service](b, c, len(plan))
	for i, s := range plan {
		crew.add(s.role.Start(crew.ctx, crew.gate, crew.side(i), s.ends, errand))
		if crew.side(i).As == role.Process { // the process has its own now
			for _, e := range s.ends {
				crew.err = errors.Join(crew.err, e.Release())
			}
			held = slices.DeleteFunc(held, func(e pipe.End) bool { return slices.Contains(s.ends, e) })
		}
	}
	if v.Spins {
		crew.atMost(crew.longestSpin(len(plan)), func() {
			for _, h := range crew.handles {
				h.Terminate() // each breaks its own end
			}
		})
	}
	reports := crew.work(func(int) {}, func() {
		for _, e := range held {
			e.Break()
		}
	})
	done := reports[0].Out.Done // of the client, who has seen the reply
	if c.Keys["shape"] != "roundtrip" {
		done = reports[len(reports)-1].Out.Done
	}
	if done != b.N && !crew.capped() {
		b.Fatal(wrong("%d of %d messages came through", done, b.N))
	}
	crew.report(max(1, done))
	if loop != nil {
		loop.reportAll(b, crew.wall, []service{reports[0].Out})
	}
}

// stints says who holds which ends: those of the first pipe, then those of the
// second.
func stints(c *conditions, ends []pipe.End) ([]leg, error) {
	switch shape := c.Keys["shape"]; {
	case shape == "roundtrip" && c.Keys["rate"] != closedLoop:
		return []leg{{pacedClient, ends[:1]}, {pipeServer, ends[1:2]}}, nil
	case shape == "roundtrip" && c.Keys["codec"] == "none":
		return []leg{{pipeClient, ends[:1]}, {pipeServer, ends[1:2]}}, nil
	case shape == "roundtrip":
		return []leg{{quoteClient, ends[:1]}, {quoteServer, ends[1:2]}}, nil
	case shape == "stream":
		return []leg{{pipeSender, ends[:1]}, {pipeReceiver, ends[1:2]}}, nil
	case shape == "pipeline":
		return []leg{{pipeSender, ends[:1]}, {pipeSquarer, ends[1:3]}, {pipeReceiver, ends[3:4]}}, nil
	default:
		return nil, fmt.Errorf("no shape %q", shape)
	}
}
