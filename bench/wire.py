"""A small HTTP client on loopback that sees what goes over the wire, byte by byte."""

import gzip
import socket
import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import brotli

HOST = "127.0.0.1"  # nothing here ever leaves the machine
_TIMEOUT = 30


@dataclass
class Answer:
    """`size`: bytes on the wire, head and body, as they were sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int

    @property
    def text(self) -> str:
        coding = self.headers.get("content-encoding", "")
        plain = {"gzip": gzip.decompress, "br": brotli.decompress, "deflate": zlib.decompress}.get(
            coding, bytes
        )
        return plain(self.body).decode()

    @property
    def stays_cached(self) -> bool:
        """The browser does not ask for it again within a day."""
        control = self.headers.get("cache-control", "")
        ages = [part.strip()[8:] for part in control.split(",") if part.strip().startswith("max-age=")]
        return "immutable" in control or any(int(age) >= 86_400 for age in ages)


def request_bytes(
    path: str, *, accept: str = "gzip, deflate, br", language: str = "en", cookie: str = ""
) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {HOST}",
        f"Accept-Encoding: {accept}",
        f"Accept-Language: {language}",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=_TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def close(self) -> None:
        self._socket.close()

    def _more(self) -> None:
        data = self._socket.recv(65_536)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._buffer += data

    def get(self, request: bytes) -> Answer:
        self._socket.sendall(request)
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body, framing = self._body(headers)
        return Answer(int(first.split()[1]), headers, body, len(head) + 4 + len(body) + framing)

    def _body(self, headers: dict[str, str]) -> tuple[bytes, int]:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks()
        wanted = int(headers.get("content-length", "0"))
        return self._take(wanted), 0

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _chunks(self) -> tuple[bytes, int]:
        body, framing = b"", 0
        while True:
            while b"\r\n" not in self._buffer:
                self._more()
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            size = int(line.split(b";")[0], 16)
            body += self._take(size)
            self._take(2)
            framing += len(line) + 4
            if not size:
                return body, framing


@dataclass
class Linked(HTMLParser):
    """What a browser loads for a page by itself, and where the page's links go."""

    base: str
    resources: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        loads = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"}
        if tag == "link" and loads & set(values.get("rel", "").split()):
            self._add(self.resources, values.get("href", ""))
        elif tag in {"script", "img", "source", "use", "image"}:
            self._add(self.resources, values.get("src", "") or values.get("href", ""))
        elif tag == "a":
            self._add(self.links, values.get("href", ""))

    def _add(self, kept: list[str], address: str) -> None:
        parts = urlsplit(urljoin(self.base, address.strip()))
        local = not parts.netloc or parts.netloc == urlsplit(self.base).netloc
        if address and local and parts.scheme in {"", "http", "https"}:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if path not in kept:
                kept.append(path)
