"""Light Markdown (paragraphs, lists, emphasis, links, headings) to safe HTML."""

import re
from functools import lru_cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
_TAGS = {"p", "br", "ul", "ol", "li", "em", "strong", "a", "blockquote", "code", "pre", "h4", "hr"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
# The page's own headings go down to h3.
_HEADING = re.compile(r"<(/?)h[1-6]>")
# Nothing in the text that Markdown would read otherwise than as paragraphs of plain words.
_PLAIN = re.compile(r"[^*_`\[\]<>#\\&|~=+!()-]*")
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n\s*")


@lru_cache(maxsize=4096)
def rich(text: str) -> SafeString:
    """Safe HTML. Tags in the text show as text; links say nofollow; addresses only http, https and mailto."""
    if _PLAIN.fullmatch(text) and not re.search(r"^\s*(\d+\.| {4}|\t)", text, re.MULTILINE):
        parts = (part.strip() for part in _PARAGRAPH_BREAK.split(text))
        return mark_safe("".join(f"<p>{escape(part)}</p>" for part in parts if part))
    html = _HEADING.sub(r"<\1h4>", _markdown.render(text))
    return mark_safe(
        nh3.clean(
            html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"},
            url_relative="deny", link_rel="nofollow noopener", strip_comments=True,
        )
    )  # fmt: skip
