"""News for those above. `outbox_filled` only wakes a worker: the outbox rows are the truth."""

from django.dispatch import Signal

outbox_filled = Signal()
