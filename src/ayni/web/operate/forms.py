from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A file and what to do with it. The format is found by content."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )
    publish = forms.BooleanField(
        label=_("Make practices, lessons and publications public at once"), required=False
    )
