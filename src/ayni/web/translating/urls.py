"""Where a record is put into another language, side by side."""

from django.urls import path

from ayni.web import addresses  # noqa: F401 - registers the converters
from ayni.web.translating import views

urlpatterns = [
    path("", views.wanted, name="translate"),
    path("<uid:uid>/<str:language>/", views.write, name="translate-record"),
    path("<uid:uid>/<str:language>/machine/", views.machine, name="translate-machine"),
    path("<uid:uid>/<str:language>/read/", views.read, name="translate-read"),
]
