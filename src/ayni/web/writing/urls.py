from django.urls import path

from ayni.web.writing import authors, finishing, from_address, from_views, views

urlpatterns = [
    path("", views.start, name="write-start"),
    path("again/<uid:uid>/", finishing.again, name="write-again"),
    path("from-file/", from_views.from_file, name="write-from-file"),
    path("template/records.xlsx", from_views.sheet_template, name="write-template-sheet"),
    path("template/<slug:name>.docx", from_views.word_template, name="write-template"),
    path("from-address/", from_address.from_address, name="write-from-address"),
    path("from-activity/<uid:uid>/", from_views.from_activity, name="write-from-activity"),
    path("adaptation/<uid:uid>/", from_views.adaptation, name="write-adaptation"),
    path("<uid:uid>/", views.draft, name="write-draft"),
    path("<uid:uid>/preview/", finishing.preview, name="write-preview"),
    path("<uid:uid>/hand-in/", finishing.submit, name="write-submit"),
    path("<uid:uid>/left-over/", finishing.left_over_words, name="write-left-over"),
    path("<uid:uid>/form/", finishing.form, name="write-form"),
    path("<uid:uid>/discard/", finishing.discard, name="write-discard"),
    path("<uid:uid>/authors/", authors.authors, name="write-authors"),
    path("<uid:uid>/authors/<uid:person>/remove/", authors.remove, name="write-author-remove"),
    path("<uid:uid>/join/", authors.join, name="write-join"),
    path("<uid:uid>/choose/<uid:variant>/", views.choose_variant, name="write-choose"),
    path("<uid:uid>/<slug:name>/", views.page, name="write-page"),
]
