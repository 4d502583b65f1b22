from django.urls import path

from ayni.web import addresses  # noqa: F401 - registers the converters
from ayni.web.knowledge import views

urlpatterns = [
    path("<kind_path:kind_path>/<uid:uid>/", views.record),
    path("<kind_path:kind_path>/<uid:uid>/<str:slug>/", views.record, name="record"),
]
