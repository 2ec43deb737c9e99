# make study   a quick study of all patterns, then its report; with PATTERN=pool of
#              one, with ROUNDS=25 a finer one, with GRID=full a larger one
# make test    every check there is

GO ?= go
GRID ?= quick
ROUNDS ?= 10
PATTERN ?=
# Simply expanded: the clock is asked once.
ifndef OUT
OUT := results/local/$(shell date +%Y-%m-%d-%H%M%S)$(if $(PATTERN),-$(PATTERN))
endif

# A pattern is named queue, its benchmark BenchmarkQueue.
only = $(if $(PATTERN),-bench '(?i)^Benchmark$(PATTERN)/')

.PHONY: study test check unit once clean

study:
	$(GO) run ./cmd/measure -grid $(GRID) -rounds $(ROUNDS) $(only) -o $(OUT)
	$(GO) run ./cmd/report $(OUT)

test: check unit once

# What can be said without running anything.
check:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not gofmt-clean: $$unformatted"; exit 1; }
	$(GO) mod tidy -diff
	$(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	$(GO) tool staticcheck ./...

# The race detector needs cgo.
race := $(shell test "$$($(GO) env CGO_ENABLED)" = 1 && command -v "$$($(GO) env CC)" >/dev/null && echo -race)

unit:
	$(GO) test $(race) ./...

# Each case once: every benchmark checks its own answer.
once:
	$(GO) test -run '^$$' -bench . -benchtime 1x ./bench

clean:
	$(GO) clean -testcache
