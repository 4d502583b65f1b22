from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class LimitedUpload(FileUploadHandler):
    """Stops reading a body that is larger than any file we take, so that 200 MB never reach the disk."""

    # A form's other fields and the multipart frame.
    ALLOWANCE = 64 * 1024

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> None:
        del input_data, META, boundary, encoding
        self.received = 0
        self.too_large = content_length > settings.UPLOAD_LIMIT + self.ALLOWANCE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received = start + len(raw_data)
        if self.too_large or self.received > settings.UPLOAD_LIMIT:
            self._stop()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        del file_size

    def _stop(self) -> NoReturn:
        self.request.upload_too_large = True
        raise StopUpload(connection_reset=False)
