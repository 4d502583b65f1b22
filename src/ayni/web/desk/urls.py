from django.urls import path

from ayni.web import addresses  # noqa: F401 - registers the converters
from ayni.web.desk import search_views, views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/published/", views.published, name="my-published"),
    path("desk/take-over/<uid:uid>/", views.take_over, name="take-over"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.all_read, name="notices-read"),
    path("no-mail/<str:token>/", views.no_mail, name="no-mail"),
    path("me/", views.me, name="me"),
    path("me/try-again/", views.try_address, name="me-try-again"),
    path("searches/save/", search_views.save, name="search-save"),
    path("searches/<uid:uid>/", search_views.change, name="search-change"),
    path("searches/<uid:uid>/delete/", search_views.delete, name="search-delete"),
]
