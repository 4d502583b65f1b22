"""Every address of the site. Pages stand under their language; machines' addresses have none."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from ayni.web import addresses  # noqa: F401 - registers the converters
from ayni.web.files import serving
from ayni.web.knowledge import views as knowledge
from ayni.web.reviewing import institutions as own_review
from ayni.web.reviewing import views as reviewing
from ayni.web.site import errors, health, machines
from ayni.web.site import views as site

urlpatterns = [
    path("", site.to_language),
    path("id/<uid:uid>/", knowledge.short, name="record-short"),
    path("files/<uid:uid>/<str:name>", serving.file, name="file"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap_index, name="sitemap"),
    path("sitemap-<int:number>.xml", machines.sitemap, name="sitemap-part"),
    *i18n_patterns(
        path("", include("ayni.web.site.urls")),
        path("", include("ayni.web.knowledge.urls")),
        path("institutions/<uid:uid>/approval/", own_review.approval_chain, name="approval-chain"),
        path("institutions/<uid:uid>/trust/", own_review.trust, name="institution-trust"),
        path("criteria/", reviewing.criteria_page, name="review-criteria"),
        path("institutions/", include("ayni.web.registry.urls")),
        path("accounts/", include("ayni.web.accounts.urls")),
        path("", include("ayni.web.discovery.urls")),
        path("write/", include("ayni.web.writing.urls")),
        path("review/", include("ayni.web.reviewing.urls")),
        path("translate/", include("ayni.web.translating.urls")),
        path("files/", include("ayni.web.files.urls")),
        path("", include("ayni.web.desk.urls")),
        path("", include("ayni.web.handing_on.urls")),
        path("", include("ayni.web.using.urls")),
        path("", include("ayni.web.operate.urls")),
        prefix_default_language=True,
    ),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.failure
