"""What becomes of a published record: questions, freshness, claims, measures."""

from django.urls import path

from ayni.web import addresses  # noqa: F401 - registers the converters
from ayni.web.using import claim_views, export, fresh_views, manage_views, measure_views, question_views

urlpatterns = [
    # Links of mails, which hold a secret: opening them changes nothing.
    path("still-true/<str:secret>/", fresh_views.by_link, name="still-true"),
    path("what-came-of-it/<str:secret>/", question_views.outcome_by_link, name="what-came-of-it"),
    path("claim/<str:secret>/", claim_views.by_link, name="claim"),
    path("records/<uid:uid>/manage/", manage_views.record, name="record-manage"),
    path("records/<uid:uid>/confirm/", fresh_views.logged_in, name="record-confirm"),
    path("records/<uid:uid>/archive/", manage_views.move, {"name": "archive"}, name="record-archive"),
    path("records/<uid:uid>/unarchive/", manage_views.move, {"name": "unarchive"}, name="record-unarchive"),
    path("records/<uid:uid>/withdraw/", manage_views.move, {"name": "withdraw"}, name="record-withdraw"),
    path("records/<uid:uid>/put-back/", manage_views.move, {"name": "put back"}, name="record-put-back"),
    path("records/<uid:uid>/continued/", manage_views.continued, name="record-continued"),
    path("records/<uid:uid>/claim-link/", claim_views.send, name="record-claim-link"),
    path("ask/<uid:uid>/", question_views.ask, name="ask"),
    path("questions/", question_views.questions, name="questions"),
    path("questions/<uid:uid>/", question_views.question, name="question"),
    path("measures/", measure_views.site, name="measures"),
    path("measures/<uid:uid>/", measure_views.of_institution, name="institution-measures"),
    *(
        path(f"measures/table.{form}", measure_views.site_table, {"form": form}, name="measures-table")
        for form in export.TYPES
    ),
    *(
        path(
            f"measures/<uid:uid>/table.{form}",
            measure_views.institution_table,
            {"form": form},
            name="institution-measures-table",
        )
        for form in export.TYPES
    ),
]
