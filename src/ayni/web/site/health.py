"""For whoever watches over the site: is the process alive, and can it serve?"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ayni.discovery.indexing import engine


class AnyHost:
    """Answers the two addresses below whatever name the site is called by, and before anything else looks.

    A probe comes by `localhost` or by a bare number, which no public site has among its AYNI_HOSTS.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.views = {"/healthz": alive, "/readyz": ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.views.get(request.path_info, self.get_response)(request)


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything is there; 503 with the reasons otherwise. In English, for operators."""
    del request
    checks = {"database": _database, "migrations": _migrations, "index": _index}
    problems = {}
    for name, check in checks.items():
        try:
            problem = check()
        except DatabaseError:
            problem = "The database does not answer."
        except (OSError, ValueError) as error:  # tantivy tells of broken files by ValueError
            problem = f"It cannot be used: {error}"
        if problem:
            problems[name] = problem
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations are not applied. Run `ayni migrate`." if waiting else ""


def _index() -> str:
    if engine().needs_rebuild:
        return "The search index is missing or unfinished. Run `ayni index rebuild`."
    return ""
