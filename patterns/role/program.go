package role

// Program is a second main function of this program: what a process runs that
// is started from Command. It is for code that starts processes by its own means
// and speaks with them in its own way; a Role does both.
type Program struct{ name string }

// RegisterProgram gives a main function a name, by which a process started from
// Command finds it. Call it while package variables are initialised. It panics if
// the name is taken.
func RegisterProgram(name string, main func()) *Program {
	registry.addProgram(name, main)
	return &Program{name}
}
