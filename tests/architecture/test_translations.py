"""English, French and Arabic say everything; no language names a placeholder that is not there."""

import pytest

from ayni.language.codes import SITE_LANGUAGES
from tools import messages


@pytest.fixture(scope="module")
def source():
    return messages.source_catalog()


def test_every_site_language_has_its_place() -> None:
    assert {"en", *messages.COMPLETE, *messages.OTHERS} == set(SITE_LANGUAGES)


@pytest.mark.parametrize("language", messages.COMPLETE)
def test_no_string_is_untranslated_or_fuzzy(source, language: str) -> None:
    found = messages.faults(language, source)
    assert not found, f"{len(found)} faults, first: {found[:5]}"


@pytest.mark.parametrize("language", messages.OTHERS)
def test_placeholders_are_those_of_the_original(language: str) -> None:
    assert messages.placeholder_faults(language) == []


def test_the_source_is_read_from_code_and_templates(source) -> None:
    """`Good practice` stands in `knowledge/states.py`; templates are found by their folder."""
    places = {location for message in source for location, _line in message.locations}
    assert source.get("Good practice") is not None
    assert any(place.endswith(".html") for place in places)


def test_the_check_sees_what_it_is_for(source, tmp_path, monkeypatch) -> None:
    """Extracted without translations everything lacks; a placeholder of another name is a fault."""
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    messages.extract_all()
    strings = [message for message in source if message.id]
    assert len(messages.faults("ar", source)) == len(strings)
    path = messages.po_path("fr")
    text = path.read_text()
    for wrong in ("Le nombre", "%(nombre)s"):
        path.write_text(text + f'\n#, python-format\nmsgid "%(number)s of them"\nmsgstr "{wrong}"\n')
        assert len(messages.placeholder_faults("fr")) == 1
    path.write_text(text + '\n#, python-format\nmsgid "%(number)s of them"\nmsgstr "Il y en a %(number)s"\n')
    assert messages.placeholder_faults("fr") == []
    messages.compile_all()
    assert path.with_suffix(".mo").exists()
