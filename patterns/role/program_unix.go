//go:build unix

package role

import "errors"

// Command is what to start: an executable, its arguments, the executable's name
// first, and its whole environment. The process exits with 0 when its main
// function returns.
func (p *Program) Command(gomaxprocs int) (path string, args, env []string, err error) {
	if !registry.mainCalled.Load() {
		return "", nil, nil, errors.New("this program never called role.Main: call it first thing in main or TestMain")
	}
	path, err = executable()
	return path, []string{path, "role=" + p.name}, environment(p.name, Options{GOMAXPROCS: gomaxprocs}), err
}
