package clock_test

import (
	"testing"
	"time"

	"crossover/patterns/clock"
)

// TestSmallSteps: a microsecond can be told from none. A clock that stood still would not
// end, and the loop has a bound for that.
func TestSmallSteps(t *testing.T) {
	const reads = 10_000_000
	shortest := time.Hour
	for start, last, n := clock.Now(), time.Duration(0), 0; n < reads && shortest > time.Microsecond; n++ {
		at := clock.Since(start)
		if at < last {
			t.Fatalf("it went back by %v", last-at)
		}
		if at > last {
			shortest = min(shortest, at-last)
		}
		last = at
	}
	if shortest > time.Microsecond {
		t.Errorf("the shortest step is %v", shortest)
	}
}

// TestAsGo: it goes as fast as Go's own clock, and does not allocate.
func TestAsGo(t *testing.T) {
	before, own, after := time.Now(), clock.Now(), time.Now() // a busy machine may stop between them
	for time.Since(after) < 200*time.Millisecond {
		time.Sleep(10 * time.Millisecond)
	}
	const steps = 50 * time.Millisecond // three of the coarsest
	if least, passed, most := time.Since(after)-steps, clock.Since(own), time.Since(before)+steps; passed < least || passed > most {
		t.Errorf("%v passed, by time.Now %v to %v", passed, least, most)
	}
	if n := testing.AllocsPerRun(100, func() { clock.Since(clock.Now()) }); n > 0 {
		t.Errorf("it allocates %v times", n)
	}
}
