// Package patterns holds the vocabulary that all patterns share: how a variant
// introduces itself, and the properties from which laws, benchmarks and advice
// follow.
//
// A pattern is a package below this one: a small contract, a typed table of
// variants with the baseline first, and one file a variant. Adding a variant is
// one new file and one line in that table; everything else reads the table.
package patterns

// Tier ranks what a variant is made of, simplest first. Advice prefers the
// lowest tier that is fast enough, because that is what a team has to own.
type Tier int

const (
	Std    Tier = iota // the language and the standard library
	X                  // golang.org/x
	Lib                // a maintained third-party library
	Paste              // code of your own, to be pasted and reviewed
	Unsafe             // package unsafe, shared memory or raw system calls
)

// String returns the name used in tables.
func (t Tier) String() string {
	switch t {
	case Std:
		return "standard library"
	case X:
		return "golang.org/x"
	case Lib:
		return "library"
	case Paste:
		return "paste"
	case Unsafe:
		return "unsafe"
	}
	return "unknown tier"
}

// Order is what a variant promises about the order of deliveries or results.
type Order string

const (
	FIFO        Order = "fifo"         // one total order
	PerProducer Order = "per producer" // each producer's own order survives
	Unordered   Order = "none"         // no promise
)

// Overflow is what happens to work that arrives when there is no room for it.
type Overflow string

const (
	Block      Overflow = "block"       // the producer waits: backpressure
	Grow       Overflow = "grow"        // memory is taken until there is none
	DropNewest Overflow = "drop newest" // the arriving item is refused
	DropOldest Overflow = "drop oldest" // the oldest waiting item is discarded
)

// Survival is the worst end of a task or party that the others survive.
type Survival string

const (
	SurvivesPanic Survival = "panic" // a panic becomes an error; a crash ends the process
	SurvivesCrash Survival = "crash" // an exit, a fatal error or SIGKILL becomes an error
)

// Properties says what a variant promises and what it needs. A law of a pattern
// applies to a variant, or not, because of these and of nothing else. The zero
// value of a field that a pattern has no use for is left out of its tables.
type Properties struct {
	Order    Order
	Overflow Overflow
	Survives Survival
	Cancels  bool // a blocked caller is released without help from its counterpart
	Spins    bool // burns CPU while it waits: needs as many CPUs as spinning parties
	Crosses  bool // works between OS processes as well as between goroutines

	Producers   int // how many producers are allowed at once; 0: any number
	Consumers   int // how many consumers are allowed at once; 0: any number
	MaxItem     int // the largest item in bytes; 0: any
	MinCapacity int // the smallest capacity the variant can have; unbounded ones ignore capacity
	MaxCapacity int // the largest that the system grants without privilege; 0: what memory holds
}

// Info is how a variant introduces itself to a reader: in the catalog, in
// tables and in charts.
type Info struct {
	Name    string // unique within the pattern, [a-z0-9.]+, the impl= of case names
	Summary string // one line: the mechanism
	File    string // the file in the pattern's folder that holds it, complete
	Source  string // paper, issue or standard library it comes from
	Tier    Tier
	Properties
}
