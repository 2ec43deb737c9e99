package lawtest

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

type nothing = struct{}

// Workers that log that they are at work, and go when their parent does; or do not; or
// crash then.
var (
	heeds = role.Register("lawtest.heeds", logTransport, wait(func() {}))
	deaf  = role.Register("lawtest.deaf", logTransport, wait(func() { select {} }))
	bad   = role.Register("lawtest.bad", logTransport, wait(func() { os.Exit(3) }))
)

// wait is a body that waits to be asked to end, and then does so in some way.
func wait(end func()) role.Body[*os.File, nothing, nothing] {
	return func(ctx context.Context, seat *role.Seat, log *os.File, _ nothing) (nothing, error) {
		if err := seat.Ready(ctx); err != nil {
			return nothing{}, err
		}
		if _, err := log.Write([]byte{0}); err != nil {
			return nothing{}, err
		}
		<-ctx.Done()
		end()
		return nothing{}, nil
	}
}

// hire starts a worker and returns when it is at work. It is not ended.
func hire(r *role.Role[*os.File, nothing, nothing], orphaned role.Orphaned) func() error {
	return func() error {
		log, theirs, err := os.Pipe()
		if err != nil {
			return err
		}
		defer log.Close()
		o := role.Options{As: role.Process, GOMAXPROCS: 1, Orphaned: orphaned}
		_, err = r.Start(context.Background(), nil, o, theirs, nothing{})
		if err = errors.Join(err, theirs.Close()); err != nil {
			return err
		}
		_, err = io.ReadFull(log, make([]byte, 1))
		return err
	}
}

var doubles = RegisterParents("doubles", Work{
	"good": hire(heeds, role.Exits),
	"deaf": hire(deaf, role.WindsUp),
	"bad":  hire(bad, role.WindsUp),
	"litters": func() error {
		f, err := os.CreateTemp("", "litter")
		return errors.Join(err, f.Close())
	},
	"fails": func() error { return errors.New("no use") },
})

// Parents whose workers stay or crash, or that leave a file behind, or fail, are found
// out, and others are not.
func TestParentKilled(t *testing.T) {
	for name, want := range map[string]string{
		"good":    "",
		"deaf":    "outlived their parent: map[",
		"bad":     "crashed: exit status 3",
		"litters": "temporary files outlived their parent, litter",
		"fails":   "before it was killed: no use",
	} {
		t.Run(name, func(t *testing.T) {
			roletest.NoLeaks(t)
			t.Setenv("TMPDIR", t.TempDir())
			var err error
			for look := range looks { // a busy machine may not get to what is to be found
				ctx, cancel := context.WithTimeout(t.Context(), time.Second<<look)
				_, err = doubles.kill(ctx, name, 2, 0)
				cancel()
				if err == nil && want == "" || err != nil && want != "" && strings.Contains(err.Error(), want) {
					return
				}
			}
			t.Errorf("got %v, want %q", err, want)
		})
	}
}
