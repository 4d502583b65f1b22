"""Models that only actions may write. `save`, `update`, `delete` and bulk writes elsewhere raise."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

from ayni.kernel.errors import OutsideAction

AnyModel = TypeVar("AnyModel", bound=models.Model, covariant=True)  # noqa: PLC0105 - Django's own is
_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Opened by `kernel.actions.action`. Greppable: any other use needs a reason beside it."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def check(what: object) -> None:
    if not _writing.get():
        raise OutsideAction(f"{what} may only be written inside an action")


class GuardedQuerySet(models.QuerySet[AnyModel]):
    def update(self, **values: Any) -> int:
        check(self.model.__name__)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        check(self.model.__name__)
        return super().delete()

    # Django keeps `delete` off managers by this mark; without it `Model.objects.delete()` empties a table.
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[AnyModel]:
        check(self.model.__name__)
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        check(self.model.__name__)
        return super().bulk_update(*args, **kwargs)


class Guarded(models.Model):
    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        check(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        check(type(self).__name__)
        return super().delete(*args, **kwargs)
