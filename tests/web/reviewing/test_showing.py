"""What readers of a draft see is said in the words of the public page."""

from ayni.web.reviewing.showing import plain_lines


def test_days_and_licences_are_words():
    def said(path: str, value: str) -> list[str]:
        return plain_lines(path, value, "practice", "full")

    assert said("started", "2024-03") == ["March 2024"]
    assert said("standing.licence", "CC-BY-4.0") == ["CC BY 4.0"]
    assert said("standing.contact_until", "2026-03-01") == ["March 1, 2026"]
