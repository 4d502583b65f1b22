from ayni.knowledge.formats.light_markdown import Block, Run, blocks_of, plain


def test_emphasis_links_and_breaks_become_runs():
    (paragraph,) = blocks_of("A **b *c*** [d](https://example.org) `e`  \nf\ng")
    assert [run for run in paragraph.runs if run.text.strip()] == [
        Run("A "),
        Run("b ", bold=True),
        Run("c", bold=True, italic=True),
        Run("d", url="https://example.org"),
        Run("e", code=True),
        Run("f"),
        Run("g"),
    ]
    assert "".join(run.text for run in paragraph.runs) == "A b c d e\nf g"


def test_lists_keep_their_numbers_and_what_is_inside():
    (block,) = blocks_of("3. one\n   - in\n4. two")
    assert (block.type, block.ordered, block.start) == ("list", True, 3)
    inner = Block("list", items=((Block("paragraph", (Run("in"),)),),))
    assert block.items == ((Block("paragraph", (Run("one"),)), inner), (Block("paragraph", (Run("two"),)),))


def test_html_images_and_other_addresses_are_words_only():
    text = '<b onclick="x">loud</b> [bad](javascript:alert) [file](ftp://example.org/x) <script>'
    runs = [run for block in blocks_of(text) for run in block.runs]
    assert {run.url for run in runs} == {""}
    assert '<b onclick="x">loud</b>' in plain(text)
    assert "<script>" in plain(text)


def test_deep_nesting_ends_somewhere():
    assert plain(">" * 5000 + " deep") is not None
    assert plain("- " * 5000 + "deep") is not None
