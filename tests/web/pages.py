"""What people read of a page."""

import re
from html import unescape


def text_of(html: str) -> str:
    """The words between the tags, as they run."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
