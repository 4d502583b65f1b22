from django.urls import path

from ayni.web.writing import finishing, views

urlpatterns = [
    path("", views.start, name="write-start"),
    path("again/<uid:uid>/", finishing.again, name="write-again"),
    path("<uid:uid>/", views.draft, name="write-draft"),
    path("<uid:uid>/preview/", finishing.preview, name="write-preview"),
    path("<uid:uid>/hand-in/", finishing.submit, name="write-submit"),
    path("<uid:uid>/form/", finishing.form, name="write-form"),
    path("<uid:uid>/discard/", finishing.discard, name="write-discard"),
    path("<uid:uid>/authors/", finishing.authors, name="write-authors"),
    path("<uid:uid>/choose/<uid:variant>/", views.choose_variant, name="write-choose"),
    path("<uid:uid>/<slug:name>/", views.page, name="write-page"),
]
