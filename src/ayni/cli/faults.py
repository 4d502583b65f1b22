"""What stops a site from running and is the operator's to mend. Told in one line."""


class CannotRun(RuntimeError):
    """The message says what to do."""


class UnsafeSite(CannotRun):
    """A production site that must not start as it is."""
