import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayni.language.detection import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Women's groups keep the village pumps running.", "en"),
        ("Les groupes de femmes entretiennent les pompes du village.", "fr"),
        ("Los grupos de mujeres mantienen las bombas de la aldea.", "es"),
        ("Os grupos de mulheres mantêm as bombas da aldeia.", "pt"),
        ("Женские группы следят за насосами в деревне.", "ru"),
        ("تحافظ مجموعات النساء على مضخات القرية", "ar"),
        ("妇女小组维护村里的水泵。", "zh"),
        ("学校", "zh"),
        ("WHO 与学校的水资源管理", "zh"),
    ],
)
def test_each_language_is_told(text, language):
    found = detect(text)
    assert found
    assert found.language == language
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize("text", ["", "ab", "12345", "水", "🙂🙂🙂🙂", "?!.,"])
def test_too_little_evidence_is_none(text):
    assert detect(text) is None


def test_only_allowed_languages_are_answered():
    text = "Los grupos de mujeres mantienen las bombas"
    assert detect(text, ("en", "pt")).language in {"en", "pt"}
    assert detect(text, ("pt",)).language == "pt"
    assert detect(text, ("ru", "zh")) is None
    assert detect("школа", ("en",)) is None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_an_answer(text):
    found = detect(text)
    assert found is None or 0 <= found.confidence <= 1
