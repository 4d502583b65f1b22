"""What is read from the index, with the database's say on who may see it."""

from ayni.discovery.queries.neighbours import similar
from ayni.discovery.queries.search import Found, Request, Result, search

__all__ = ["Found", "Request", "Result", "search", "similar"]
