from django.urls import path

from ayni.web.discovery import views

urlpatterns = [
    path("search/", views.search_page, name="search"),
    path("search/feed/", views.search_feed, name="search-feed"),
]
