"""Connections of clients that are slow or idle: none of them holds up the server's main loop, and none a thread for long.

Gunicorn gives a new connection to a thread before there is anything to read, reads without a limit of time, and waits in its
main loop until the client has closed a connection that is done with.
"""

from __future__ import annotations

import socket
import ssl
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn

IDLE_TIMEOUT_S = 90  # of a connection, Connect's request timeout; also for taking in an answer
STALL_TIMEOUT_S = 10  # in the middle of a request or of a TLS handshake, which occupy a thread


class _Impatient:
    """For a socket: what gunicorn calls blocking ends after a while, with a TimeoutError."""

    def setblocking(self: Any, flag: bool, /) -> None:
        self.settimeout(STALL_TIMEOUT_S if flag else 0)

    def sendall(self: Any, *args: Any) -> None:
        self.settimeout(IDLE_TIMEOUT_S)
        try:
            super().sendall(*args)  # type: ignore[misc]  # the socket's, which comes after this class
        finally:
            self.settimeout(STALL_TIMEOUT_S)


class PlainSocket(_Impatient, socket.socket):
    """Made from the file descriptor of another socket."""


class TlsSocket(_Impatient, ssl.SSLSocket):
    """Made by an SSLContext, as its `sslsocket_class`."""


class ClientConnection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn keeps of a connection."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, PlainSocket(fileno=sock.detach()), client, server)

    def linger(self) -> None:
        """On a thread of requests: ends the connection so that the client can read the answer to its end; up to 2 s."""
        util.close_graceful(self.sock)

    def close(self, graceful: bool = False) -> None:
        """On the main loop, after `linger` or for a connection without a request."""
        super().close()
