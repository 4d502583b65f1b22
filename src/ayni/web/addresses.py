"""The addresses of records, institutions and searches, made in one place."""

from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import register_converter, reverse
from django.utils.text import slugify

from ayni.kernel import ids
from ayni.knowledge.models import Record
from ayni.knowledge.states import Kind
from ayni.registry.models import Institution

KIND_PATHS = {
    Kind.PRACTICE: "practices",
    Kind.LESSON: "lessons",
    Kind.PUBLICATION: "publications",
    Kind.ACTIVITY: "activities",
}
SLUG_LIMIT = 80


class UidConverter:
    """A public id, which some programs and people write in capitals; views redirect to the small ones."""

    regex = f"(?i:{ids.PATTERN.pattern})"

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: str) -> str:
        return value


class KindPathConverter:
    regex = "|".join(KIND_PATHS.values())

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(UidConverter, "uid")
register_converter(KindPathConverter, "kind_path")


def slug_of(title: str) -> str:
    """Words of the title for the eye only, in its own script; `-` where nothing is left of it."""
    return slugify(title, allow_unicode=True)[:SLUG_LIMIT].strip("-_") or "-"


def record_path(kind: str, uid: str, title: str) -> str:
    """The page in the site's current language. `title` is the original's, so that all languages share it."""
    return reverse("record", args=(KIND_PATHS[Kind(kind)], uid, slug_of(title)))


def record_url(record: Record) -> str:
    return record_path(record.kind, record.uid, record.published.title)


def institution_url(institution: Institution) -> str:
    return reverse("institution", args=(institution.uid, slug_of(institution.name)))


def short_url(record: Record) -> str:
    """The address to copy: absolute, without language or words, for good."""
    return settings.SITE_URL + reverse("record-short", args=(record.uid,))


def search_url(**filters: str) -> str:
    return f"{reverse('search')}?{urlencode(filters)}" if filters else reverse("search")


def quoted(path: str) -> str:
    """A decoded path as it may stand in a link."""
    return quote(path, safe="/:@-._~!$'()*+,;=")
