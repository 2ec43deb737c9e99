package bench

import (
	"bytes"
	"crossover/patterns/clock"
	"crossover/patterns/role"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// exitCode is exit(0) in machine code.
var exitCode = map[string][]byte{
	"amd64": {0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05},                              // mov eax, 60; xor edi, edi; syscall
	"arm64": {0xa8, 0x0b, 0x80, 0xd2, 0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4}, // mov x8, 93; mov x0, 0; svc 0
}

// elfMachine is the number of an architecture in an ELF header.
var elfMachine = map[string]uint16{"amd64": 62, "arm64": 183}

// spawnFloors are absent where there is no program small enough.
func spawnFloors() []floor {
	if exitCode[runtime.GOARCH] == nil {
		return nil
	}
	return []floor{{
		of: "smallest.program", title: "smallest program",
		note:       "os.StartProcess and Wait of a program that consists of a call of exit.",
		situations: []string{"spawn-cold"},
		minTime:    100 * time.Millisecond,
		run:        startSmallest,
	}}
}

// startSmallest starts and waits for the smallest program b.N times.
func startSmallest(b *testing.B, _ *conditions) {
	b.StopTimer()
	path := filepath.Join(b.TempDir(), "exit")
	if err := os.WriteFile(path, smallestProgram(runtime.GOARCH), 0o700); err != nil {
		b.Fatal(err)
	}
	var cpu time.Duration
	before, known := role.SelfCPU()
	b.ResetTimer()
	b.StartTimer()
	start := clock.Now()
	for range b.N {
		p, err := os.StartProcess(path, []string{path}, &os.ProcAttr{})
		if err != nil {
			b.Fatal(fmt.Errorf("starting the smallest program: %w", err))
		}
		state, err := p.Wait()
		if err != nil {
			b.Fatal(fmt.Errorf("waiting for the smallest program: %w", err))
		}
		if !state.Success() {
			b.Fatal(wrong("the smallest program ended with %v", state))
		}
		cpu += state.UserTime() + state.SystemTime()
	}
	wall := clock.Since(start)
	b.StopTimer()
	after, _ := role.SelfCPU()
	if cpu += after - before; !known {
		cpu = -1
	}
	reportTimes(b, b.N, wall, cpu)
}

// smallestProgram is an ELF file of one segment: both headers and the code.
func smallestProgram(arch string) []byte {
	const base, headers = 0x400000, 64 + 56
	size := uint64(headers + len(exitCode[arch]))
	var file bytes.Buffer
	for _, field := range []any{
		[16]byte{0x7f, 'E', 'L', 'F', 2, 1, 1}, // 64 bits, little-endian, version
		uint16(2), elfMachine[arch], uint32(1), // executable
		uint64(base + headers), uint64(64), uint64(0), // entry, program headers, no sections
		uint32(0), uint16(64), uint16(56), uint16(1), // flags, sizes, one program header
		uint16(64), uint16(0), uint16(0), // of sections
		uint32(1), uint32(5), uint64(0), // load, readable and executable, from the start
		uint64(base), uint64(base), size, size, uint64(0x1000), // where to
	} {
		binary.Write(&file, binary.LittleEndian, field) // into memory: it does not fail
	}
	file.Write(exitCode[arch])
	return file.Bytes()
}
