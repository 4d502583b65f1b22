"""What every template may name. Nothing here asks the database or the session."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from ayni.language.codes import content_language, is_rtl


def site(request: HttpRequest) -> dict[str, object]:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        "FILE_LIMIT": settings.FILE_LIMIT,  # bytes
        "FORM_LIMIT": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,  # bytes
        "language": language,  # of the site, e.g. pt-br
        "reading_language": content_language(language),  # of content, e.g. pt
        "direction": "rtl" if is_rtl(language) else "ltr",
        "canonical": settings.SITE_URL + request.path,
    }
