"""A record as a file for elsewhere: Word, PDF, JSON."""

from django.urls import path, register_converter

from ayni.knowledge.formats.handing_on_orders import ORDERS
from ayni.web import addresses  # noqa: F401 - registers the converters of ids and kinds
from ayni.web.handing_on import views
from ayni.web.handing_on.making import FORMATS


class _Names:
    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class OrderConverter(_Names):
    regex = "|".join(ORDERS)


class FormatConverter(_Names):
    regex = "|".join(FORMATS)


register_converter(OrderConverter, "order")
register_converter(FormatConverter, "file_format")

urlpatterns = [
    path("<kind_path:kind_path>/<uid:uid>/take/choose/", views.choose, name="take"),
    path(
        "<kind_path:kind_path>/<uid:uid>/take/<order:order>.<file_format:file_format>",
        views.file,
        name="take-file",
    ),
]
