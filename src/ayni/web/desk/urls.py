from django.urls import path

from ayni.web.desk import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.all_read, name="notices-read"),
    path("no-mail/<str:token>/", views.no_mail, name="no-mail"),
]
