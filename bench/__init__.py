"""Benchmarks: what Ayni promises, measured beside a peer in the same run. `python -m bench [names...]`."""
