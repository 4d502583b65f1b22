from django.urls import path

from ayni.web import addresses  # noqa: F401 - registers the converters
from ayni.web.registry import views

urlpatterns = [
    path("", views.institutions, name="institutions"),
    path("<uid:uid>/", views.institution),
    path("<uid:uid>/<str:slug>/", views.institution, name="institution"),
]
