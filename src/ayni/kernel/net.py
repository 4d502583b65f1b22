"""All outgoing HTTP. A page that somebody names is fetched only from the public internet, within fixed limits.

Whoever names an address could otherwise make the site ask machines that only it can reach (SSRF). A name is
looked up once, every answer is checked, and the connection goes to an address that was checked: a name that
answers differently the second time gains nothing. Redirects are followed by hand and checked like the first
address. Addresses that the operator has set (`post_json`) are trusted, but limited in time and size all the same.
"""

import ipaddress
import json
import queue
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.conf import settings

from ayni.kernel.errors import ActionError

if TYPE_CHECKING:
    import httpcore2
    import httpx2

HTML = ("text/html", "application/xhtml+xml")
PORTS = frozenset({80, 443})
ADDRESS_LIMIT = 2000  # characters
PAGE_LIMIT = 2 * 1024 * 1024  # bytes, unpacked
ANSWER_LIMIT = 4 * 1024 * 1024
REDIRECT_LIMIT = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024
_LOOK_UP_SECONDS = 5.0
_CONNECT_SECONDS = 5.0

Resolve = Callable[[str, int], list[str]]


class NetFault(ActionError):
    """Nothing usable came back. Codes: `bad_address`, `not_public`, `odd_port` (port), `unknown_name` (host),

    `unreachable` (host), `too_slow` (seconds), `too_large` (limit), `not_a_page` (found), `status` (status),
    `too_many_redirects`, `not_trusted` (host: its certificate), `bad_answer`.
    """


@dataclass(frozen=True)
class Answer:
    """What came back from `url`, the address after all redirects. `charset` as the server said, or empty."""

    url: str
    content: bytes
    type: str
    charset: str = ""


def get_page(
    url: str, *, types: Iterable[str] = HTML, limit: int = PAGE_LIMIT, seconds: float = 15, resolve: Resolve | None = None
) -> Answer:  # fmt: skip
    """The page at a public address that anybody may have named. Raises NetFault within `seconds`."""
    deadline = _Deadline(seconds)
    backend = _guarded_backend(deadline, resolve or look_up)
    headers = {"accept": ", ".join((*types, "*/*;q=0.1")), "user-agent": f"Ayni (+{settings.SITE_URL})"}
    for _hop in range(REDIRECT_LIMIT + 1):
        address = checked_address(url)
        answer, onward = _ask(backend, deadline, "GET", address, headers, None, limit, tuple(types))
        if answer is not None:
            return answer
        url = urljoin(address, onward)
    raise NetFault("too_many_redirects")


def post_json(
    url: str, payload: Any, *, headers: dict[str, str] | None = None, limit: int = ANSWER_LIMIT, seconds: float = 30
) -> Any:  # fmt: skip
    """What a service of the operator's choosing answers, as JSON. Not for addresses that others name.

    Raises NetFault within `seconds`; redirects are not followed, for they could carry a key elsewhere.
    """
    deadline = _Deadline(seconds)
    sent = {"accept": "application/json", "content-type": "application/json", **(headers or {})}
    content = json.dumps(payload, ensure_ascii=False).encode()
    answer, _onward = _ask(_plain_backend(deadline), deadline, "POST", url, sent, content, limit, ())
    if answer is None:
        raise NetFault("bad_answer")
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise NetFault("bad_answer") from error


def checked_address(url: str) -> str:
    """The address without fragment, if it can be asked at all. Raises NetFault; looks nothing up."""
    import httpx2  # late: few processes ever ask another site

    if len(url) > ADDRESS_LIMIT:
        raise NetFault("bad_address")
    try:
        parsed = httpx2.URL(url.strip())
        port = parsed.port or (443 if parsed.scheme == "https" else 80)
    except (httpx2.InvalidURL, ValueError, TypeError) as error:
        raise NetFault("bad_address") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.userinfo:
        raise NetFault("bad_address")
    if port not in PORTS and not _is_allowed(parsed.host, port):
        raise NetFault("odd_port", port=port)
    return str(parsed.copy_with(fragment=None))


def is_public(address: str) -> bool:
    """Is it an address of the public internet, also where another is hidden in it?"""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if not isinstance(ip, ipaddress.IPv6Address):
        return _is_global(ip)
    if ip in _NAT64:  # how a network without IPv4 reaches the rest
        return _is_global(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    hidden = [inner for inner in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if inner]
    return _is_global(ip) and not ip.is_site_local and all(_is_global(inner) for inner in hidden)


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _is_global(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def look_up(host: str, port: int) -> list[str]:
    """Addresses of a name, waited for only so long: the system's own look-up knows no time limit."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(OSError(str(error)))
        else:
            answers.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=_LOOK_UP_SECONDS)
    except queue.Empty:
        raise NetFault("unknown_name", host=host) from None
    if isinstance(found, OSError) or not found:
        raise NetFault("unknown_name", host=host)
    return found


def _is_allowed(host: str, port: int) -> bool:
    """Addresses such as "127.0.0.1:8123" that tests name; never set on a site."""
    return f"{host}:{port}" in settings.OUTGOING_ALLOWED


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Seconds that a step may still take. Raises NetFault when the time is up."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise NetFault("too_slow", seconds=round(self.seconds))
        return left if most is None else min(left, most)


def _guarded_backend(deadline: _Deadline, resolve: Resolve) -> "httpcore2.NetworkBackend":
    def vetted(host: str, port: int) -> list[str]:
        if _is_allowed(host, port):
            return [host]
        found = resolve(host, port)
        # All of them: a name that leads to a public and a private address means no good.
        if not found or not all(is_public(address) for address in found):
            raise NetFault("not_public")
        return found

    return _backend(deadline, vetted)


def _plain_backend(deadline: _Deadline) -> "httpcore2.NetworkBackend":
    return _backend(deadline, lambda host, _port: [host])


def _backend(deadline: _Deadline, addresses: Resolve) -> "httpcore2.NetworkBackend":
    """Connects to what `addresses` gives, and ends every wait at the deadline, also for a server that drips."""
    import httpcore2  # late, as above

    class Stream(httpcore2.NetworkStream):
        def __init__(self, inner: httpcore2.NetworkStream) -> None:
            self._inner = inner

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            return self._inner.read(max_bytes, deadline.left(timeout))

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            self._inner.write(buffer, deadline.left(timeout))

        def close(self) -> None:
            self._inner.close()

        def start_tls(
            self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
        ) -> httpcore2.NetworkStream:
            return Stream(self._inner.start_tls(ssl_context, server_hostname, deadline.left(timeout)))

        def get_extra_info(self, info: str) -> Any:
            return self._inner.get_extra_info(info)

    class Backend(httpcore2.NetworkBackend):
        def connect_tcp(
            self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
            socket_options: Any = None,
        ) -> httpcore2.NetworkStream:  # fmt: skip
            del timeout, local_address  # the deadline is ours; the library asks for no address of its own
            plain = httpcore2.SyncBackend()
            *others, last = addresses(host, port)
            for address in others:
                try:
                    return Stream(
                        plain.connect_tcp(
                            address, port, deadline.left(_CONNECT_SECONDS), None, socket_options
                        )
                    )
                except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                    continue
            return Stream(
                plain.connect_tcp(last, port, deadline.left(_CONNECT_SECONDS), None, socket_options)
            )

    return Backend()


def _ask(
    backend: "httpcore2.NetworkBackend", deadline: _Deadline, method: str, url: str, headers: dict[str, str],
    content: bytes | None, limit: int, types: tuple[str, ...],
) -> tuple[Answer | None, str]:  # fmt: skip
    """One request: what came back, or None and where it leads to."""
    import httpcore2  # late, as above
    import httpx2

    class Transport(httpx2.HTTPTransport):
        def __init__(self) -> None:
            # The library takes no backend of ours; its pool does. Its version is locked, and a test holds it.
            self._pool = httpcore2.ConnectionPool(
                ssl_context=httpx2.create_ssl_context(trust_env=False), network_backend=backend
            )

    host = httpx2.URL(url).host
    try:
        with (
            httpx2.Client(transport=Transport(), trust_env=False, timeout=deadline.left()) as client,
            client.stream(
                method, url, headers=headers | {"accept-encoding": "gzip"}, content=content
            ) as response,
        ):
            if response.status_code in _REDIRECTS and response.headers.get("location"):
                return None, response.headers["location"]
            return _read(response, deadline, limit, types), ""
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
        raise NetFault("bad_address") from error
    except httpx2.ConnectTimeout as error:
        raise NetFault("unreachable", host=host) from error
    except httpx2.ConnectError as error:
        code = "not_trusted" if "CERTIFICATE" in str(error).upper() else "unreachable"
        raise NetFault(code, host=host) from error
    except httpx2.TimeoutException as error:
        raise NetFault("too_slow", seconds=round(deadline.seconds)) from error
    except (httpx2.HTTPError, httpx2.StreamError, UnicodeError, ValueError) as error:
        raise NetFault("bad_answer") from error


def _read(response: "httpx2.Response", deadline: _Deadline, limit: int, types: tuple[str, ...]) -> Answer:
    if response.status_code != 200:  # noqa: PLR2004 - nothing else is the page itself
        raise NetFault("status", status=response.status_code)
    found = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if types and found not in types:
        raise NetFault("not_a_page", found=found[:60])
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise NetFault("bad_answer")
    content = bytearray()
    for piece in response.iter_raw(_PIECE):
        deadline.left()
        content += piece
        if len(content) > limit:
            raise NetFault("too_large", limit=limit)
    unpacked = bytes(content) if packed == "identity" else _unpacked(bytes(content), limit)
    return Answer(str(response.url), unpacked, found, response.charset_encoding or "")


def _unpacked(content: bytes, limit: int) -> bytes:
    """Never makes more than the limit, however little it was packed into."""
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        unpacked = reader.decompress(content, limit + 1)
    except zlib.error as error:
        raise NetFault("bad_answer") from error
    if len(unpacked) > limit:
        raise NetFault("too_large", limit=limit)
    if not reader.eof:
        raise NetFault("bad_answer")  # cut off
    return unpacked
