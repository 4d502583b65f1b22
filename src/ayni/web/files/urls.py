from django.urls import path

from ayni.web.files import uploading, views

urlpatterns = [
    path("of/<uid:uid>/", views.files, name="draft-files"),
    path("uploads/", uploading.begin, name="uploads"),
    path("uploads/<uid:uid>/", uploading.upload, name="upload"),
]
