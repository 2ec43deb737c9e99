"""pipes_example.py: create_items sends numbers down a Pipe, multiply_items squares them into a second."""

from harness import BOTH, FULL, Clock, Pattern, Wrong, context


def echo(connection):
    """Sends back what comes, until that is empty: a forked process holds both ends, so it
    would wait for an end of file for ever."""
    connection.send_bytes(b"ready")
    while message := connection.recv_bytes():
        connection.send_bytes(message)


def echo_objects(connection):
    connection.send(b"ready")
    while message := connection.recv():
        connection.send(message)


def swallow(connection):
    """Takes what comes, and says how many and how much when an empty message comes."""
    connection.send_bytes(b"ready")
    count = total = 0
    while message := connection.recv_bytes():
        count += 1
        total += int.from_bytes(message[:8], "little")
    connection.send((count, total))


def create(connection, gate, size, n):
    """Sends numbers, then an empty message, once the gate is open."""
    connection.send_bytes(b"ready")
    gate.wait()
    for i in range(n):
        connection.send_bytes(message(size, i))
    connection.send_bytes(b"")


def square(source, sink, size):
    """Sends on the squares of the numbers from 0 on. Anything else ends the row."""
    sink.send_bytes(source.recv_bytes())  # both are ready
    i = 0
    while source.recv_bytes() == message(size, i):
        sink.send_bytes(message(size, i * i))
        i += 1
    sink.send_bytes(b"")


def message(size, i):
    return i.to_bytes(8, "little")[:size].ljust(size, b"\0")


def with_peer(keys, target, use, farewell=None):
    ctx = context(keys)
    here, there = ctx.Pipe()
    peer = ctx.Process(target=target, args=(there,), daemon=True)
    peer.start()
    here.recv() if target is echo_objects else here.recv_bytes()
    with Clock([peer]) as clock:
        use(here)
    if farewell is not None:
        farewell(here)
    peer.join()
    return clock.took()


def round_trips(keys, n):
    size = int(keys["size"])

    def use(connection):
        for i in range(n):
            sent = message(size, i)
            connection.send_bytes(sent)
            if connection.recv_bytes() != sent:
                raise Wrong(f"reply {i} is another message")

    return with_peer(keys, echo, use, lambda connection: connection.send_bytes(b""))


def objects(keys, n):
    def use(connection):
        for i in range(n):
            sent = {"id": i, "name": "item", "values": [i, i + 1, i + 2]}
            connection.send(sent)
            if connection.recv() != sent:
                raise Wrong(f"reply {i} is another object")

    return with_peer(keys, echo_objects, use, lambda connection: connection.send({}))


def stream(keys, n):
    size = int(keys["size"])

    def use(connection):
        for i in range(n):
            connection.send_bytes(message(size, i))
        connection.send_bytes(b"")
        if connection.recv() != (n, n * (n - 1) // 2):
            raise Wrong("the other side counted something else")

    return with_peer(keys, swallow, use)


def pipeline(keys, n):
    """One process creates numbers, the next squares them, and here they are collected."""
    ctx, size = context(keys), int(keys["size"])
    (created, source), (sink, squared), gate = ctx.Pipe(), ctx.Pipe(), ctx.Event()
    crew = [
        ctx.Process(target=create, args=(created, gate, size, n), daemon=True),
        ctx.Process(target=square, args=(source, sink, size), daemon=True),
    ]
    for p in crew:
        p.start()
    squared.recv_bytes()
    with Clock(crew) as clock:
        gate.set()
        for i in range(n):
            if squared.recv_bytes() != message(size, i * i):
                raise Wrong(f"number {i} did not come through as its square")
        if squared.recv_bytes():
            raise Wrong("more came through than was created")
    for p in crew:
        p.join()
    return clock.took()


def run(keys, n):
    if keys["codec"] != "none":
        return objects(keys, n)
    return {"roundtrip": round_trips, "stream": stream, "pipeline": pipeline}[keys["shape"]](keys, n)


def point(shape, size, codec="none"):
    return {"shape": shape, "size": str(size), "depth": "1", "codec": codec, "rate": "max"}


PATTERN = Pattern(
    name="pipe",
    benchmark="BenchmarkPipe",
    summary="multiprocessing.Pipe: a socketpair; objects are pickled, which stands for gob here",
    file="pipes_example.py",
    points=[
        (["pipe-across"], point("roundtrip", 64), BOTH),
        (["pipe-stream"], point("stream", 65536), BOTH),
        (["pipe-encoded"], point("roundtrip", 64, "gob"), FULL),
        (["pipe-stream"], point("stream", 4096), FULL),
        (["pipe-stream"], point("stream", 1048576), FULL),
        (["pipe-pipeline"], point("pipeline", 64), FULL),
    ],
    run=run,
    min_n=20,
)
