//go:build unix

package role_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"crossover/patterns/role"
)

var echo = role.RegisterProgram("test.echo", func() {
	var word string
	fmt.Scan(&word)
	fmt.Print(word, " ", runtime.GOMAXPROCS(0), " ", os.Getenv("CROSSOVER_ROLE"))
})

func TestProgram(t *testing.T) {
	path, args, env, err := echo.Command(3)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Args, cmd.Env, cmd.Stdin = args, env, strings.NewReader("hello")
	out, err := cmd.Output()
	if want := "hello 3 "; err != nil || string(out) != want {
		t.Errorf("got %q, %v; want %q", out, err, want)
	}
}

func TestTakenProgramNamePanics(t *testing.T) {
	for _, name := range []string{"test.echo", "test.square"} {
		func() {
			defer func() {
				if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), name) {
					t.Errorf("recovered %v, want a panic that names %s", v, name)
				}
			}()
			role.RegisterProgram(name, func() {})
		}()
	}
}
