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


def run(keys, n):
    if keys["codec"] != "none":
        return objects(keys, n)
    return stream(keys, n) if keys["shape"] == "stream" else round_trips(keys, n)


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
    ],
    run=run,
    min_n=20,
)
