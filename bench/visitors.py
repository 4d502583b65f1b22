"""Visitors who ask for one page over and over: `python -m bench.visitors PORT PATH VISITORS SECONDS [COOKIE]`.

Prints what they saw as JSON. Needs no settings: it is only a client.
"""

import json
import sys
from threading import Lock, Thread
from time import monotonic, perf_counter

from ayni.language.metrics import percentile
from bench.wire import Connection, request_bytes


def visit(port: int, path: str, visitors: int, seconds: float, cookie: str) -> dict[str, float]:
    times: list[float] = []
    failed = [0]
    lock = Lock()
    until = monotonic() + seconds

    def one() -> None:
        request = request_bytes(path, accept="gzip", cookie=cookie)
        connection = Connection(port)
        mine, wrong = [], 0
        while monotonic() < until:
            begun = perf_counter()
            wrong += connection.get(request).status != 200
            mine.append(perf_counter() - begun)
        connection.close()
        with lock:
            times.extend(mine)
            failed[0] += wrong

    threads = [Thread(target=one) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "views": len(times),
        "failed": failed[0],
        "p50": percentile(times, 0.5) * 1000,
        "p95": percentile(times, 0.95) * 1000,
    }


if __name__ == "__main__":
    port, path, visitors, seconds, *cookie = sys.argv[1:]
    print(json.dumps(visit(int(port), path, int(visitors), float(seconds), "".join(cookie))))
