from ayni.kernel.errors import ActionError


class Refused(ActionError):
    """The file is not one that can be taken. The code says why; `web.files.words` has the sentence for each."""
