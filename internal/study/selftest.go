package study

import (
	"errors"
	"fmt"
	"path/filepath"
)

// Names of the files of a self-test's folder.
const (
	SelfTestFile = "selftest.json"
	SelfTestPage = "selftest.md"
)

// SelfTest is what go run ./cmd/measure -selftest found about the instrument, as
// SelfTestFile holds it.
type SelfTest struct {
	Machine Machine         `json:"machine"`
	Rule    string          `json:"rule"`   // of stopping, that it certifies
	Rounds  int             `json:"rounds"` // of the long run
	Figures []SelfTestShare `json:"figures"`
	Power   []SelfTestPower `json:"power"`
	// Differ says where two studies gave other advice, a line each.
	Differ []string `json:"differ,omitempty"`
	// QuietAlarms are the alarms on studies of which no witness but the alarm says that
	// something disturbed them, a line each.
	QuietAlarms []string `json:"quiet_alarms,omitempty"`
}

// SelfTestShare is how often something happened, K of N, and what that should be.
type SelfTestShare struct {
	ID     string  `json:"id"`
	What   string  `json:"what"`
	K      int     `json:"k"`
	N      int     `json:"n"`  // 0: it was not measured
	Lo     float64 `json:"lo"` // 95 % interval of K/N
	Hi     float64 `json:"hi"`
	Target string  `json:"target"`
	Met    *bool   `json:"met,omitempty"` // absent: there is no target
}

// Share is K of N; 0 of none.
func (f SelfTestShare) Share() float64 { return float64(f.K) / float64(max(1, f.N)) }

// Missed reports whether there is a target and it was missed.
func (f SelfTestShare) Missed() bool { return f.Met != nil && !*f.Met }

// SelfTestPower is how often a slowdown is found by so many rounds.
type SelfTestPower struct {
	Percent    int     `json:"percent"` // more work
	Rounds     int     `json:"rounds"`
	Seconds    float64 `json:"seconds"`    // of measuring a pair, process start and all
	Subsamples int     `json:"subsamples"` // of the long run
	Found      float64 `json:"found"`      // of them
	// Disjoint stretches of the long run, which are studies of their own.
	DisjointFound int     `json:"disjoint_found"`
	Disjoint      int     `json:"disjoint"`
	Lo            float64 `json:"lo"` // 95 % interval of the disjoint ones
	Hi            float64 `json:"hi"`
}

// Targets counts the figures that have one, and those that miss it.
func (s *SelfTest) Targets() (all, missed int) {
	for _, f := range s.Figures {
		if f.Met != nil {
			all++
		}
		if f.Missed() {
			missed++
		}
	}
	return all, missed
}

// ReadSelfTest reads the self-test in a folder; fs.ErrNotExist if it holds none.
// Errors name the file.
func ReadSelfTest(dir string) (*SelfTest, error) {
	s := &SelfTest{}
	path := filepath.Join(dir, SelfTestFile)
	if err := readJSON(path, s); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func (s *SelfTest) check() error {
	if len(s.Figures) == 0 {
		return errors.New("no figures: this is no self-test")
	}
	share := func(lo, hi float64) bool { return 0 <= lo && lo <= hi && hi <= 1 }
	for _, f := range s.Figures {
		if f.What == "" || f.K < 0 || f.K > f.N || !share(f.Lo, f.Hi) {
			return fmt.Errorf("figure %q (%q): %d of %d, interval %v to %v, cannot be", f.ID, f.What, f.K, f.N, f.Lo, f.Hi)
		}
	}
	for _, p := range s.Power {
		if p.Percent <= 0 || p.Rounds <= 0 || p.Seconds < 0 || !share(p.Found, p.Found) || p.DisjointFound < 0 || p.DisjointFound > p.Disjoint || !share(p.Lo, p.Hi) {
			return fmt.Errorf("power at %d %% and %d rounds cannot be", p.Percent, p.Rounds)
		}
	}
	return nil
}
