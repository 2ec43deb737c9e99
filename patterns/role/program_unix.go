//go:build unix

package role

import (
	"errors"
	"os/exec"
)

// Command is what to start: an executable, its arguments, the executable's name
// first, and its whole environment. The process exits with 0 when its main
// function returns.
func (p *Program) Command(gomaxprocs int) (path string, args, env []string, err error) {
	if !registry.mainCalled.Load() {
		return "", nil, nil, errors.New("this program never called role.Main: call it first thing in main or TestMain")
	}
	path, err = executable()
	// Of a variable set twice package os/exec keeps the last; os.StartProcess hands on
	// both, and the first counts.
	env = (&exec.Cmd{Env: environment(p.name, Options{GOMAXPROCS: gomaxprocs})}).Environ()
	return path, []string{path, "role=" + p.name}, env, err
}
