from django.urls import path

from ayni.web import addresses  # noqa: F401 - registers the converters
from ayni.web.reviewing import authors, views

urlpatterns = [
    path("", views.desk, name="review-desk"),
    path("of/<uid:uid>/", authors.of_record, name="review-of"),
    path("of/<uid:uid>/say/", authors.say, name="review-say"),
    path("<uid:uid>/", views.reading, name="review-reading"),
]
