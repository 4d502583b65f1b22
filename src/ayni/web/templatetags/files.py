"""The files of a draft, for the page they are added on. Each tag asks the database once."""

from django import template
from django.template.context import RequestContext

from ayni.knowledge.models import Revision
from ayni.registry.models import Upload
from ayni.registry.queries.files import uploads_for
from ayni.registry.states import UploadState

register = template.Library()


@register.simple_tag(takes_context=True)
def on_their_way(context: RequestContext, draft: Revision) -> list[Upload]:
    """Files that the reader began to send and that have not arrived."""
    person = context["request"].user
    return list(uploads_for(person, draft.record.target).filter(state=UploadState.RECEIVING).order_by("pk"))


@register.filter
def percent_here(upload: Upload) -> int:
    return 100 * upload.received // max(upload.size, 1)
