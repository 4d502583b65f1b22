"""What changed is told to the eye by mark-up and to the ear by words."""

from django.template import Context, Template


def test_a_change_is_marked_and_told_in_words():
    html = Template("{% load ayni %}{% diff old new %}").render(
        Context({"old": "Nobody <paid>", "new": "All <paid>"})
    )
    assert html == (
        '<span class="diff"><del><span class="hidden">taken out: </span>Nobody<span class="hidden"> (end)</span></del>'
        '<ins><span class="hidden">put in: </span>All<span class="hidden"> (end)</span></ins> &lt;paid&gt;</span>\n'
    )
