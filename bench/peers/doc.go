// Package peers puts third-party libraries behind the contracts of the patterns,
// so that they are measured in the same situations and held to the same laws as
// this repository's own variants. Each is configured once, as its maintainers
// recommend. A law that a library breaks is listed with it, and a test sees to it
// that it still does.
//
// It is a test binary of its own: nobody who copies a variant depends on it.
package peers
