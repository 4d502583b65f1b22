"""The mails of this room: a subject on one line, plain text, one link that does something."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

SITE = {"SITE_NAME": "Ayni", "SITE_URL": "https://ayni.example"}
MAILS = {
    "still-true": {"title": "Water & <wells>", "secret": "s3cret", "reminder": False, "months": 12},
    "question": {
        "title": "Water & <wells>", "secret": "s3cret", "name": "Amina", "email": "a@b.example",
        "institution_name": "Ministry", "text": "How & why?", "uid": "0123456789ab",
    },
    "question-passed-on": {"title": "Water & <wells>", "text": "", "uid": "0123456789ab", "office": "o@b.example"},
    "question-outcome": {"title": "Water & <wells>", "secret": "s3cret", "asked_on": "2026-05-01"},
    "claim": {"title": "Water & <wells>", "secret": "s3cret", "owner": "Clinic", "writer": "Network", "days": 30},
    **{
        f"notices/{code}": {"title": "Water & <wells>", "owner": "Clinic", "link": "https://ayni.example/en/x/"}
        for code in ("still-true", "question-asked", "claimed", "claim-objected")
    },
}  # fmt: skip


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
@pytest.mark.parametrize("name", MAILS)
def test_each_mail_has_a_subject_and_one_link_in_each_language(name, language):
    with translation.override(language):
        text = render_to_string(f"mail/{name}.txt", {**MAILS[name], **SITE})
    subject, empty, *lines = text.strip().split("\n")
    assert "Water & <wells>" in subject  # plain text: nothing is escaped
    assert not empty.strip()
    links = re.findall(r"https?://\S+", text)
    assert len(links) == 1
    if "secret" in MAILS[name]:
        assert links[0].startswith(f"https://ayni.example/{language}/")
        assert links[0].endswith("/s3cret/")
    assert "{" not in text
    assert lines


@pytest.mark.parametrize("code", ["still-true", "question-asked", "claimed", "claim-objected"])
def test_each_notice_is_a_sentence_that_leads_somewhere(code):
    html = render_to_string(f"notices/{code}.html", {"title": "<b>", "owner": "Clinic", "link": "/en/x/"})
    assert html.count('<a href="/en/x/">') == 1
    assert "&lt;b&gt;" in html
