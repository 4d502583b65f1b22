"""What belongs to the request (or command) being served, without handing it through every call."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
