"""Light Markdown as blocks and runs, for documents that are not HTML: the same dialect that pages show (web/text.py)."""

from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
_SAFE_ADDRESSES = ("https://", "http://", "mailto:")
_WRAPPERS = {"strong": "bold", "em": "italic"}


@dataclass(frozen=True)
class Run:
    """Words that look alike. A line break that the author asked for is a newline in `text`."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str = ""


@dataclass(frozen=True)
class Block:
    """`type`: paragraph, heading and code have `runs`; list has `items`; quote has one item; rule has nothing."""

    type: str
    runs: tuple[Run, ...] = ()
    items: tuple[tuple["Block", ...], ...] = ()
    ordered: bool = False
    start: int = 1


def blocks_of(text: str) -> tuple[Block, ...]:
    """Depth is bounded: the parser itself stops nesting after twenty levels."""
    return _blocks(SyntaxTreeNode(_markdown.parse(text)).children)


def _blocks(nodes: list[SyntaxTreeNode]) -> tuple[Block, ...]:
    return tuple(block for node in nodes if (block := _block(node)) is not None)


def _block(node: SyntaxTreeNode) -> Block | None:
    if node.type in {"paragraph", "heading"}:
        runs = tuple(run for child in node.children for run in _runs(child.children, Run("")))
        return Block(node.type, runs) if runs else None
    if node.type in {"bullet_list", "ordered_list"}:
        items = tuple(_blocks(item.children) for item in node.children)
        start = node.attrs.get("start", 1)
        return Block("list", items=items, ordered=node.type == "ordered_list", start=int(start))
    if node.type == "blockquote":
        return Block("quote", items=(_blocks(node.children),))
    if node.type in {"code_block", "fence"}:
        return Block("code", (Run(node.content.rstrip("\n"), code=True),))
    return Block("rule") if node.type == "hr" else None


def _runs(nodes: list[SyntaxTreeNode], like: Run) -> list[Run]:
    found: list[Run] = []
    for node in nodes:
        if node.type == "link":
            url = str(node.attrs.get("href", ""))
            safe = url if url.lower().startswith(_SAFE_ADDRESSES) else ""
            found += _runs(node.children, replace(like, url=safe))
        elif node.type in _WRAPPERS:
            found += _runs(node.children, replace(like, **{_WRAPPERS[node.type]: True}))
        elif node.type == "code_inline":
            found.append(replace(like, text=node.content, code=True))
        elif node.type == "softbreak":
            found.append(replace(like, text=" "))
        elif node.type == "hardbreak":
            found.append(replace(like, text="\n"))
        elif node.content:
            found.append(replace(like, text=node.content))
    return found


def plain(text: str) -> str:
    """The words alone, blocks on lines of their own: for cells and searches."""
    return "\n".join(_plain(block) for block in blocks_of(text))


def _plain(block: Block) -> str:
    if block.items:
        return "\n".join(_plain(inner) for item in block.items for inner in item)
    return "".join(run.text for run in block.runs)
