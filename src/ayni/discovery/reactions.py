"""What the index does about news from below: wake the worker of this process, if it has one."""

from threading import Event
from typing import Any

from django.dispatch import receiver

from ayni.registry.signals import outbox_filled

wake = Event()


@receiver(outbox_filled)
def wake_worker(**_kwargs: Any) -> None:
    wake.set()
