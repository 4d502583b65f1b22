from django.urls import path

from ayni.web.operate import views

urlpatterns = [
    path("imports/", views.imports, name="operate-imports"),
    path("imports/template.<str:kind>", views.template, name="operate-import-template"),
    path("imports/<uid:uid>/", views.one_import, name="operate-import"),
    path("imports/<uid:uid>/undo/", views.undo, name="operate-import-undo"),
]
