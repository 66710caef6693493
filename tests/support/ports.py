"""Free ports on loopback."""

import socket


def free_port() -> int:
    """A port nobody listens on now. Another process can take it before the caller does, so starters try again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
