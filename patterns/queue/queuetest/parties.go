package queuetest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/queue"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// The parties of the laws. They are roles, so a law is written once for
// goroutines and for processes.
var (
	producer = role.Register("queuetest.producer", queue.Transport[Item](queue.PutSide), produce)
	consumer = role.Register("queuetest.consumer", queue.Transport[Item](queue.GetSide), consume)
)

// endless is a count of items that is never reached.
const endless = -1

// putJob tells a producer what to put: its items 0, 1, 2 ... up to Count.
type putJob struct {
	Producer uint64
	Count    int
}

// putReport is what became of them.
type putReport struct {
	Put     int      // items put, refused ones included
	Dropped []uint64 // the refused ones
	End     ending
}

// getJob tells a consumer whether to report each item, and after how many to
// return; 0: only on an error.
type getJob struct {
	Keep bool
	Most int
}

// getReport is what a consumer got, until an error or its last item.
type getReport struct {
	Items []stamp // in order of arrival, if they were to be kept
	Torn  int     // items whose parts do not belong together
	// Astray counts items that did not come after their predecessor from the
	// same producer.
	Astray int
	End    ending
}

// stamp is an item without its ballast.
type stamp struct{ Producer, Seq uint64 }

// ending is how a party's last call ended; it has to cross to another process,
// which an error's identity does not.
type ending string

const (
	finished ending = "finished" // all calls succeeded
	closed   ending = "closed"
	broken   ending = "broken"
)

func endingOf(err error) ending {
	switch {
	case err == nil:
		return finished
	case errors.Is(err, queue.ErrClosed):
		return closed
	case errors.Is(err, queue.ErrBroken):
		return broken
	}
	return ending("error: " + err.Error())
}

func produce(ctx context.Context, seat *role.Seat, q queue.Queue[Item], job putJob) (r putReport, err error) {
	defer queue.BreakOn(ctx, q)()
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	for ; r.Put != job.Count; r.Put++ {
		seq := uint64(r.Put)
		err := q.Put(newItem(job.Producer, seq))
		switch {
		case errors.Is(err, queue.ErrDropped):
			r.Dropped = append(r.Dropped, seq)
		case err != nil:
			r.End = endingOf(err)
			return r, nil
		}
	}
	r.End = finished
	return r, nil
}

func consume(ctx context.Context, seat *role.Seat, q queue.Queue[Item], job getJob) (r getReport, err error) {
	defer queue.BreakOn(ctx, q)()
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	next := map[uint64]uint64{}
	for n := 0; job.Most == 0 || n < job.Most; n++ {
		item, err := q.Get()
		if err != nil {
			r.End = endingOf(err)
			if _, err := q.Get(); endingOf(err) != r.End {
				return r, fmt.Errorf("its Get said %s and then %s", r.End, endingOf(err))
			}
			return r, nil
		}
		if !item.whole() {
			r.Torn++
			continue
		}
		if item.Seq < next[item.Producer] {
			r.Astray++
		}
		next[item.Producer] = item.Seq + 1
		if job.Keep {
			r.Items = append(r.Items, stamp{item.Producer, item.Seq})
		}
	}
	r.End = finished
	return r, nil
}
