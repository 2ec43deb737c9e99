package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"crossover/internal/study"
)

// describe gathers what the study says about its surroundings, without the
// plan's part.
func describe(ctx context.Context, prog *program) study.Machine {
	first := prog.entrants[0]
	m := study.Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(), Entrants: prog.identities()}
	built := map[string]string{}
	if info, err := buildinfo.ReadFile(first.argv[0]); err == nil {
		m.Go = info.GoVersion // that of the code measured
		for _, s := range info.Settings {
			built[s.Key] = s.Value
		}
	}
	m.GoEnv = goSettings(ctx, built)
	switch {
	case built["vcs.revision"] != "": // go test -c -buildvcs=true
		m.Commit, m.Dirty = built["vcs.revision"], built["vcs.modified"] == "true"
	case first.dir != "":
		m.Commit, m.Dirty = revision(ctx, first.dir)
	}
	hardware(&m)
	if m.CPU == "" {
		m.CPU = m.Arch
	}
	return m
}

// goSettings are those that change what is built or how it runs, where they are set. Where
// there is no Go they are the binary's own.
func goSettings(ctx context.Context, built map[string]string) map[string]string {
	settings := map[string]string{}
	for _, name := range []string{"GOGC", "GOMEMLIMIT", "GODEBUG", "GOMAXPROCS", "GOTRACEBACK"} { // of the runtime
		if v := os.Getenv(name); v != "" {
			settings[name] = v
		}
	}
	names := []string{"GOFLAGS", "GOEXPERIMENT", "GOAMD64", "GOARM64", "GO386", "GOFIPS140", "CGO_ENABLED"} // of the build
	cmd := exec.CommandContext(ctx, "go", append([]string{"env"}, names...)...)
	cmd.Env = buildEnv()
	out, err := output(ctx, cmd)
	said := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	for i, name := range names {
		v := built[name]
		if err == nil && i < len(said) {
			v = said[i]
		}
		if v != "" {
			settings[name] = folders.ReplaceAllString(v, "$1…/$2")
		}
	}
	return settings
}

// folders are the leading elements of an absolute path.
var folders = regexp.MustCompile(`(^|[=:, ])/(?:[^/ ,:]+/)+([^/ ,:]+)`)

// revision is the commit checked out in dir, "" if there is none or no git, and
// whether anything but the results of studies differs from it.
func revision(ctx context.Context, dir string) (commit string, dirty bool) {
	git := func(args ...string) (string, error) {
		// Without a lock of the index, which would stay where git is killed.
		cmd := exec.CommandContext(ctx, "git", append([]string{"--no-optional-locks"}, args...)...)
		cmd.Dir = dir
		out, err := output(ctx, cmd)
		return strings.TrimSpace(string(out)), err
	}
	commit, err := git("rev-parse", "HEAD")
	if err != nil {
		return "", false
	}
	changes, err := git("status", "--porcelain", "--", ":/", ":(top,exclude)results")
	return commit, err == nil && changes != ""
}

// warnings says what about the machine should make a reader careful, given the
// most CPUs that samples use and the load before anything was started.
func warnings(m study.Machine, cpus int, load, quota float64) []string {
	ws := []string{}
	add := func(format string, args ...any) { ws = append(ws, fmt.Sprintf(format, args...)) }
	if load > 0.5*float64(m.CPUs) {
		add("The machine was busy at the start: load average %.2f on %d CPUs.", load, m.CPUs)
	}
	if m.Clock != "" && m.Clock != "tsc" && m.Clock != "arch_sys_counter" {
		add("The clock source is %s, not the CPU's own counter: reading the time costs more and may be coarse.", m.Clock)
	}
	if quota > 0 && quota < float64(cpus) {
		add("A cgroup quota allows %.2g CPUs' worth of time while samples use up to %d: they are throttled.", quota, cpus)
	}
	if m.Virtual {
		add("This is a virtual machine: its CPUs may be moved or taken away unseen.")
	}
	if m.Governor != "" && m.Governor != "performance" {
		add("The CPU frequency governor is %s, not performance: the clock rate follows the load.", m.Governor)
	}
	if m.Dirty {
		add("The code measured has changes that are not in commit %.12s.", m.Commit)
	}
	return ws
}

var (
	noise    = regexp.MustCompile(`\((r|tm|c)\)| @.*| (with|w/) .*|\b(cpu|processor|[0-9a-z]+-core)\b`)
	nonWords = regexp.MustCompile(`[^a-z0-9]+`)
)

// slug makes a CPU's model name short enough for a folder: "Intel(R) Xeon(R)
// Platinum 8375C CPU @ 2.90GHz" is intel-xeon-platinum-8375c.
func slug(model string) string {
	plain := noise.ReplaceAllString(strings.ToLower(model), " ")
	words := strings.Split(strings.Trim(nonWords.ReplaceAllString(plain, "-"), "-"), "-")
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return strings.Join(words[:min(len(words), 6)], "-")
}
