#!/bin/sh
# An entrant that is not Go: two variants of the fake pattern, and no work at all.
# It shows all that the protocol takes.
grid=quick name= n=100 procs=1 capacity=none pin=none
for arg; do
	case $arg in
	-catalog) catalog=1 ;;
	-grid=*) grid=${arg#*=} ;;
	-test.bench=*) name=$(printf %s "${arg#*=}" | tr -d '^$\\') ;;
	-test.benchtime=*x) n=${arg#*=} n=${n%x} ;;
	-test.cpu=*) procs=${arg#*=} ;;
	-capacity=*) capacity=${arg#*=} ;;
	-pin=*) pin=${arg#*=} ;;
	esac
done
case $PEER_FAULT in
mute) # it and a child do not answer
	sleep 1000
	;;
number) n=1 ;;
esac
if [ "$PEER_ABSENT" ]; then
	echo "no such interpreter here" >&2
	exit 3
fi
if [ "$catalog" ]; then
	cat <<-EOF
	{"version": 1, "grid": "$grid", "patterns": [{
		"name": "fake",
		"variants": [{"name": "peer", "tier": 1}, {"name": "offer", "tier": 1}],
		"situations": [{"id": "fake-small"}],
		"cases": [{
			"name": "BenchmarkFake/impl=peer/as=process/size=1",
			"keys": {"impl": "peer", "as": "process", "size": "1"},
			"situations": ["fake-small"], "min_time": "1ms", "setup": "1ms", "pins": ["split"]
		}, {
			"name": "BenchmarkFake/impl=offer/as=process/size=1",
			"keys": {"impl": "offer", "as": "process", "size": "1"},
			"situations": ["fake-small"], "min_time": "1ms", "setup": "1ms",
			"capacity_of": "BenchmarkFake/impl=${PEER_CAPACITY_OF:-peer/as=process}/size=1"
		}]
	}]}
	EOF
	exit
fi
case $PEER_FAULT in
flood) exec yes ;;
all) exit 1 ;;
esac
if [ "$procs" != 1 ]; then
	name=$name-$procs
fi
case $PEER_FAULT in
pipe) # nobody writes to it
	mkfifo "$CROSSOVER_HISTOGRAM"
	CROSSOVER_HISTOGRAM= ;;
folder)
	mkdir "$CROSSOVER_HISTOGRAM" && touch "$CROSSOVER_HISTOGRAM/x"
	CROSSOVER_HISTOGRAM= ;;
garbage) echo '{"gc_share": ' >"$CROSSOVER_RUNTIME" ;;
place) rm -r "$TMPDIR" && touch "$TMPDIR" && exit 1 ;;
locked) mkdir "$TMPDIR/x" && touch "$TMPDIR/x/y" && chmod 0500 "$TMPDIR/x" "$TMPDIR" ;;
bytes) printf '%s %s 20000 ns/op 5 \377/op\n' "$name" "$n" && exit ;;
units)
	echo "Unit ns/op assume=exact"
	echo "Unit sec/op better=higher" ;;
esac
if [ "$CROSSOVER_HISTOGRAM" ]; then
	echo "HISTFAAAA $capacity $pin" >"$CROSSOVER_HISTOGRAM"
fi
echo "Unit cpu-ns/op better=lower"
echo "$name $n 20000 ns/op 7 cpu-ns/op"
