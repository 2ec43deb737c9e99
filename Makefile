# make study     a quick study of all patterns and their peers, then its report; with
#                PATTERN=pool of one, with ROUNDS=25 a finer one, with GRID=full a larger
#                one, with PYTHON=1 or GRID=full the Python originals in the same rounds
# make test      every check there is
# make soak      the laws for an hour or so: killed parties and parents 25 times as often,
#                everything under -race and on one P
# make selftest  what the instrument is worth on this machine

GO ?= go
GRID ?= quick
ROUNDS ?=
PATTERN ?=
PYTHON ?= $(if $(filter full,$(GRID)),1)
# Simply expanded: the clock is asked once.
ifndef OUT
OUT := results/local/$(shell date +%Y-%m-%d-%H%M%S)$(if $(PATTERN),-$(PATTERN))
endif

# Ten rounds, or fewer where the plain study would not end within five minutes. Of these it
# spends none on seeking numbers of operations that a committed study has found: that of the
# full grid has all cases.
length = -rounds $(or $(ROUNDS),10) $(if $(ROUNDS)$(PYTHON)$(filter full,$(GRID)),,-budget 4m45s $(like))
like = $(patsubst %/plan.jsonl,-like %,$(lastword $(sort $(wildcard results/full/*/plan.jsonl))))
# The committed studies of each machine, which the report asks whether its advice holds there.
published = $(patsubst %/plan.jsonl,-elsewhere %,$(sort $(wildcard results/2*/plan.jsonl results/elsewhere/*/plan.jsonl)))
originals = python3 bench/python/originals.py
# A pattern is named queue, its benchmark BenchmarkQueue.
only = $(if $(PATTERN),-bench '(?i)^Benchmark$(PATTERN)/')

.PHONY: study selftest test check unit one-p once soak clean

# The report is made even if a sample failed: measure has said which.
study:
	$(GO) run ./cmd/measure -pkg ./bench,./bench/peers $(if $(PYTHON),-with '$(originals)') -grid $(GRID) $(length) $(only) -o $(OUT); \
	status=$$?; test -f $(OUT)/raw.txt && $(GO) run ./cmd/report $(published) $(OUT) && exit $$status

selftest:
	$(GO) run ./cmd/measure -selftest -o $(OUT)-selftest

test: check unit one-p once

# What can be said without running anything.
check:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not gofmt-clean: $$unformatted"; exit 1; }
	$(GO) mod tidy -diff
	$(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	GOARCH=386 $(GO) vet ./...
	$(GO) tool staticcheck ./...

# The race detector needs cgo.
race := $(shell test "$$($(GO) env CGO_ENABLED)" = 1 && command -v "$$($(GO) env CC)" >/dev/null && echo -race)

# On 32 bits products overflow, and atomics of 64 bits have to be aligned. This is set on a
# machine that runs such programs too.
narrow = $(shell GOARCH=386 CGO_ENABLED=0 $(GO) test ./patterns/clock >/dev/null 2>&1 && echo GOARCH=386 CGO_ENABLED=0)

unit:
	$(GO) test $(race) -timeout 20m ./...
	$(if $(narrow),$(narrow) $(GO) test ./internal/... ./cmd/report/internal/...)
	$(if $(narrow),$(narrow) $(GO) test -run 'Table|Golden' ./cmd/report)

# The laws and the killed parents on one P, and without the race detector: that shuffles
# whose turn it is, and hides who starves. Of the peers one has no 32 bits.
one-p:
	$(narrow) GOMAXPROCS=1 $(GO) test -run 'Laws|ParentKilled' ./patterns/...
	GOMAXPROCS=1 $(GO) test -run 'Laws|ParentKilled' ./bench/peers

# Each case once: every benchmark checks its own answer. The originals have some of what
# the scripts do in the full grid only.
once:
	$(GO) test -run '^$$' -bench . -benchtime 1x ./bench ./bench/peers
	@if command -v python3 >/dev/null; then $(originals) -grid=full -test.bench=. -test.benchtime=1x; else echo "no python3: the originals are not run"; fi

soak:
	CROSSOVER_SOAK=25 $(GO) test $(race) -timeout 3h -p 1 -run 'Laws|ParentKilled' ./patterns/... ./bench/peers
	GOMAXPROCS=1 $(GO) test -timeout 3h -p 1 -count 20 -run 'Laws|ParentKilled' ./patterns/... ./bench/peers
	GOMAXPROCS=4 $(GO) test $(race) -timeout 3h -p 1 -count 5 -run 'Laws|ParentKilled' ./patterns/... ./bench/peers

clean:
	$(GO) clean -testcache
