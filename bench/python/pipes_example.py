"""pipes_example.py: create_items sends numbers down a Pipe, multiply_items squares them into a second."""

from harness import Clock, Pattern, Wrong, context


def echo(connection):
    """Sends back what comes, until there is no more."""
    connection.send_bytes(b"ready")
    try:
        while True:
            connection.send_bytes(connection.recv_bytes())
    except EOFError:
        pass


def echo_objects(connection):
    connection.send(b"ready")
    try:
        while True:
            connection.send(connection.recv())
    except EOFError:
        pass


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


def with_peer(keys, target, use):
    ctx = context(keys)
    here, there = ctx.Pipe()
    peer = ctx.Process(target=target, args=(there,), daemon=True)
    peer.start()
    there.close()  # or the end of the peer would not show
    here.recv() if target is echo_objects else here.recv_bytes()
    with Clock([peer]) as clock:
        use(here)
    here.close()
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

    return with_peer(keys, echo, use)


def objects(keys, n):
    def use(connection):
        for i in range(n):
            sent = {"id": i, "name": "item", "values": [i, i + 1, i + 2]}
            connection.send(sent)
            if connection.recv() != sent:
                raise Wrong(f"reply {i} is another object")

    return with_peer(keys, echo_objects, use)


def stream(keys, n):
    size = int(keys["size"])

    def use(connection):
        for i in range(n):
            connection.send_bytes(message(size, i))
        connection.send_bytes(b"")
        if connection.recv() != (n, n * (n - 1) // 2):
            raise Wrong("the other side counted something else")

    return with_peer(keys, swallow, use)
