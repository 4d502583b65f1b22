from django.urls import path

from ayni.web import addresses  # noqa: F401 - registers the converters
from ayni.web.registry import keeping, views

urlpatterns = [
    path("", views.institutions, name="institutions"),
    path("<uid:uid>/", views.institution),
    path("<uid:uid>/-/keep/", keeping.keep, name="institution-keep"),
    path("<uid:uid>/<str:slug>/", views.institution, name="institution"),
]
