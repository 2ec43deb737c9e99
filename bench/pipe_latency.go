package bench

import (
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/pipe"
	"crossover/patterns/role"
)

// pipeLatency are the situations in which requests come at a rate. There is one
// client, and what comes while it awaits a reply waits for its turn.
func pipeLatency() []situation {
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "pipe-latency", Name: "same process, requests arriving at a rate",
				Note:  "Round trips of 64 bytes, goroutine to goroutine, are asked for at 80 % of the rate that an unbuffered channel can do: how long after its intended time a reply is there.",
				Point: with(pipePoint("roundtrip", "64", "1", "none"), "rate", "80pct"),
				Axis:  "rate",
				Unit:  "p99-ns",
			},
			capacity: pipe.Variants()[0].Name,
			full:     []string{"50pct", "80pct", "95pct", "120pct", "1k", "10k", "100k", "1m"},
			admits:   func(e entrant) bool { return e.as == role.Goroutine },
			minTime:  100 * time.Millisecond,
			only:     Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pipe-latency-across", Name: "another process, requests arriving at a rate",
				Note:     "The same between processes, at rates that some of them can do: both ends of a latency are taken by the client. Look at goodput-ratio for who holds the rate.",
				Point:    with(pipePoint("roundtrip", "64", "1", "none"), "rate", "10k"),
				Axis:     "rate",
				Unit:     "p99-ns",
				Eligible: map[string]string{"as": "process"},
			},
			full:    []string{"1k", "10k", "20k", "50k", "100k"},
			admits:  func(e entrant) bool { return e.as == role.Process },
			minTime: 200 * time.Millisecond, // a 99th percentile at 10k takes half of it
			setup:   10 * time.Millisecond,
			only:    Full,
		},
	}
}

var pacedClient = newPacedPlumber("client.paced", pacedTrips)

// pacedTrips are round trips at their intended times.
func pacedTrips(ends []pipe.End, e pipeErrand) (service, error) {
	request, reply := make(message, e.Size), make(message, e.Size)
	s, err := e.Arrivals.serve(func(n int) (more bool, err error) {
		request.fill(uint64(n))
		if err := ends[0].Send(request); err != nil {
			return false, e.over("sending", n, err)
		}
		if reply, err = ends[0].Receive(reply); err != nil {
			return false, e.over("receiving", n, err)
		}
		return true, reply.check(replyTo(n), e.Size)
	})
	if err == nil {
		ends[0].Close()
	}
	return s, err
}
