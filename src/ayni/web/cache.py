"""The cache in the database, which does not keep quiet about a disk that is full or may not be written."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, connections, router, transaction

from ayni.web.middleware import storage_fault


class HonestDatabaseCache(DatabaseCache):
    """Django's answers "not stored" to any error. To the log-in limits that means "too many tries"."""

    def _base_set(self, mode: str, key: str, value: object, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        faults: list[DatabaseError] = []

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            try:
                return execute(sql, params, many, context)
            except DatabaseError as error:
                if storage_fault(error):
                    faults.append(error)
                raise

        database = router.db_for_write(self.cache_model_class)
        # A transaction around Django's own, so that what fails at its end (a full disk) is not kept quiet either.
        with connections[database].execute_wrapper(watch), transaction.atomic(using=database):
            stored = super()._base_set(mode, key, value, timeout)
            if faults:
                raise faults[0]
        return stored
