from django.urls import path

from ayni.web.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
]
