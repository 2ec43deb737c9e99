//go:build unix && !linux

package role

import "os/exec"

func startOn(cmd *exec.Cmd, cpus []int) error {
	if len(cpus) > 0 {
		return setAffinity(cpus)
	}
	return cmd.Start()
}
