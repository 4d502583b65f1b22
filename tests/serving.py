"""A small server on this machine, for tests of what the site asks of others: each answer is bytes, sent as they are."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Reply = bytes | Iterable[bytes] | Callable[[], Iterable[bytes]]


@dataclass
class Served:
    address: str  # "127.0.0.1:41234"
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"http://{self.address}{path}"


def page(
    content: str | bytes,
    content_type: str = "text/html; charset=utf-8",
    status: str = "200 OK",
    **headers: str,
) -> bytes:
    body = content.encode() if isinstance(content, str) else content
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n".encode()


def dripping(
    start: bytes, piece: bytes, pause: float = 0.05, count: int = 400
) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        yield start
        for _ in range(count):
            time.sleep(pause)
            yield piece

    return pieces


@contextmanager
def serving(replies: dict[str, Reply]) -> Iterator[Served]:
    """By path; whatever is asked for else is not found. The connection is closed after each answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        served = Served(f"127.0.0.1:{listener.getsockname()[1]}")
        closing = threading.Event()
        thread = threading.Thread(target=_serve, args=(listener, replies, served, closing), daemon=True)
        thread.start()
        try:
            yield served
        finally:
            closing.set()
            with suppress(OSError):
                socket.create_connection(listener.getsockname(), 1).close()
            thread.join(5)


def _serve(
    listener: socket.socket, replies: dict[str, Reply], served: Served, closing: threading.Event
) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            if closing.is_set():
                return
            connection.settimeout(5)
            with suppress(OSError):
                _answer(connection, replies, served, closing)


def _answer(
    connection: socket.socket, replies: dict[str, Reply], served: Served, closing: threading.Event
) -> None:
    request = b""
    while b"\r\n\r\n" not in request and (piece := connection.recv(65536)):
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.partition(b":")[2]):
                body += connection.recv(65536)
    served.requests.append(head + b"\r\n\r\n" + body)
    path = head.split(b" ")[1].decode()
    reply = replies.get(path, page("not here", status="404 Not Found"))
    pieces = reply() if callable(reply) else [reply] if isinstance(reply, bytes) else reply
    for piece in pieces:
        if closing.is_set():
            return
        connection.sendall(piece)
