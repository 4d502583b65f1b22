"""Sweeping up after broken lines and killed processes. Safe to run twice."""

from datetime import timedelta

from django.db.models import Q

from ayni.kernel import clock
from ayni.kernel.locking import Gone
from ayni.registry.actions import uploads
from ayni.registry.filing import shelf
from ayni.registry.models import File, Upload
from ayni.registry.states import UploadState

ABANDONED = timedelta(days=7)  # since its last piece
ENDED = timedelta(days=30)  # the sender may ask as long what became of it
ORPHANED = timedelta(days=1)  # bytes that no row knows of: longer than any request takes
_AT_ONCE = 200


def sweep_uploads() -> int:
    """Uploads given up, and bytes that belong to nothing. Returns how many things were taken away."""
    now = clock.now()
    old = Upload.objects.filter(
        Q(state=UploadState.RECEIVING, updated_at__lt=now - ABANDONED)
        | (~Q(state=UploadState.RECEIVING) & Q(updated_at__lt=now - ENDED))
    )
    gone = 0
    for upload in old[:_AT_ONCE]:
        try:
            uploads.forget(by=None, upload=upload)
        except Gone:
            continue
        gone += 1
    return gone + _sweep_bytes()


def _sweep_bytes() -> int:
    oldest = (clock.now() - ORPHANED).timestamp()
    known = set(File.objects.values_list("uid", flat=True))
    coming = set(Upload.objects.filter(state=UploadState.RECEIVING).values_list("uid", flat=True))
    places = [
        *(place for uid, place, at in shelf.stored() if uid not in known and at < oldest),
        *(place for uid, place, at in shelf.under_way() if uid not in coming and at < oldest),
    ]
    for place in places:
        shelf.remove(place)
    return len(places)
