from datetime import date

import pytest

from ayni.kernel.errors import ActionError, Invalid, NotAllowed
from ayni.registry.actions.groups import add_to_group, end_in_group
from ayni.registry.actions.vocabularies import (
    BUILT_IN,
    import_thesaurus,
    load_built_in_vocabularies,
    load_vocabulary,
)
from ayni.registry.models import GroupMember, Term, Vocabulary
from ayni.registry.queries.vocabularies import concepts
from tests import worlds

SMALL = {
    "code": "colours", "uri": "urn:test:colours", "title": {"en": "Colours"},
    "terms": [
        {"code": "red", "uri": "urn:test:red", "broader": None, "labels": {"en": "Red", "fr": "Rouge"}},
        {"code": "pink", "uri": "urn:test:pink", "broader": "red", "labels": {"en": "Pink"}, "alt": {"en": ["Rose"]}},
    ],
}  # fmt: skip


def term(vocabulary: str, code: str) -> Term:
    return Term.objects.select_related("vocabulary").get(vocabulary__code=vocabulary, code=code)


def groups_of(country: str) -> frozenset[str]:
    return concepts().groups.get(country, frozenset())


def test_the_built_in_ones_are_there_and_loading_again_does_nothing(db: None) -> None:
    assert set(BUILT_IN) <= set(Vocabulary.objects.values_list("code", flat=True))
    assert load_built_in_vocabularies() == []


def test_countries_know_their_region_and_their_groups(db: None) -> None:
    nepal = concepts()["countries", "NP"]
    assert "034" in [region.code for region in concepts().ancestors(nepal)]
    assert "lldc" in groups_of("NP")
    assert "sids" in groups_of("FJ")
    assert nepal.label("ar") != nepal.label("en")
    assert nepal.label("xx") == nepal.label("en")


def test_every_goal_and_target_is_there_with_its_address(db: None) -> None:
    codes = [concept.code for concept in concepts().of("sdg")]
    assert len([code for code in codes if "." not in code]) == 17
    assert len([code for code in codes if "." in code]) == 169
    assert concepts()["sdg", "6"].uri == "http://metadata.un.org/sdg/6"


def test_a_term_that_is_no_longer_in_the_file_stays_readable(db: None) -> None:
    load_vocabulary(by=None, document=SMALL)
    load_vocabulary(by=None, document=SMALL | {"terms": SMALL["terms"][:1]})
    assert term("colours", "pink").until is not None
    assert term("colours", "red").until is None
    assert concepts()["colours", "pink"].label("en") == "Pink"


def test_a_changed_file_changes_labels_and_links(db: None) -> None:
    load_vocabulary(by=None, document=SMALL)
    seen = concepts()
    pink = SMALL["terms"][1] | {"broader": None, "labels": {"en": "Light red"}}
    load_vocabulary(by=None, document=SMALL | {"terms": [SMALL["terms"][0], pink]})
    assert concepts() is not seen
    assert concepts()["colours", "pink"].label("en") == "Light red"
    assert concepts()["colours", "pink"].broader is None


def test_terms_are_read_once_and_then_remembered(db: None, django_assert_num_queries) -> None:
    concepts()
    with django_assert_num_queries(1):
        concepts()


def test_only_operators_change_vocabularies(world: worlds.ReadingRoom) -> None:
    ldc, kenya = term("country-groups", "ldc"), term("countries", "KE")
    for attempt in (
        lambda: load_vocabulary(by=world.moderator, document=SMALL),
        lambda: import_thesaurus(by=world.moderator, document=SMALL),
        lambda: add_to_group(by=world.moderator, group=ldc, member=kenya, source="x"),
        lambda: end_in_group(by=world.moderator, group=ldc, member=kenya, until=date(2026, 1, 1)),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    import_thesaurus(by=world.operator, document=SMALL)


def test_a_thesaurus_takes_nothing_from_another(db: None) -> None:
    stolen = SMALL["terms"][0] | {"uri": "http://metadata.un.org/sdg/6"}
    cases = {
        "built_in": SMALL | {"code": "sdg"},
        "uri_taken": SMALL | {"terms": [stolen]},
    }
    for code, document in cases.items():
        with pytest.raises(ActionError) as refused:
            import_thesaurus(by=None, document=document)
        assert refused.value.code == code
    assert not Vocabulary.objects.filter(code="colours").exists()


def test_concepts_keep_their_codes_when_a_later_edition_numbers_anew(db: None) -> None:
    import_thesaurus(by=None, document=SMALL)
    renumbered = [
        {"code": "1", "uri": "urn:test:red", "broader": None, "labels": {"en": "Red"}},
        {"code": "2", "uri": "urn:test:pink", "broader": "1", "labels": {"en": "Pink"}},
        {"code": "red", "uri": "urn:test:other", "broader": "2", "labels": {"en": "Another"}},
    ]
    import_thesaurus(by=None, document=SMALL | {"terms": renumbered})
    there = {
        row.uri: (row.code, row.broader and row.broader.uri)
        for row in Term.objects.filter(uri__startswith="urn:test")
    }
    assert there == {
        "urn:test:red": ("red", None),
        "urn:test:pink": ("pink", "urn:test:red"),
        "urn:test:other": ("urn:test:other", "urn:test:pink"),
    }


def test_group_lists_are_edited_with_dates_and_sources(db: None) -> None:
    ldc, kenya = term("country-groups", "ldc"), term("countries", "KE")
    assert "ldc" not in groups_of("KE")
    add_to_group(by=None, group=ldc, member=kenya, since=date(2020, 1, 1), source="A list")
    assert "ldc" in groups_of("KE")
    end_in_group(by=None, group=ldc, member=kenya, until=date(2025, 12, 31), source="A later list")
    assert "ldc" not in groups_of("KE")
    row = GroupMember.objects.get(group=ldc, member=kenya)
    assert (row.until, row.source) == (date(2025, 12, 31), "A later list")
    add_to_group(by=None, group=ldc, member=kenya, since=date(2026, 1, 1), source="The next")


def test_a_membership_needs_a_source_and_cannot_overlap(db: None) -> None:
    ldc, kenya, nepal = term("country-groups", "ldc"), term("countries", "KE"), term("countries", "NP")
    with pytest.raises(Invalid):
        add_to_group(by=None, group=ldc, member=kenya, source=" ")
    with pytest.raises(Invalid):
        add_to_group(
            by=None, group=ldc, member=kenya, source="x", since=date(2026, 1, 2), until=date(2026, 1, 1)
        )
    with pytest.raises(ActionError) as refused:
        add_to_group(by=None, group=ldc, member=nepal, source="x", since=date(2026, 1, 1))
    assert refused.value.code == "already_a_member"
    with pytest.raises(ActionError) as refused:
        end_in_group(by=None, group=ldc, member=kenya, until=date(2026, 1, 1))
    assert refused.value.code == "not_a_member"


def test_loading_the_files_again_keeps_what_an_operator_changed(db: None) -> None:
    nepal, kenya, ldc = term("countries", "NP"), term("countries", "KE"), term("country-groups", "ldc")
    end_in_group(by=None, group=ldc, member=nepal, until=date(2026, 1, 1))
    add_to_group(by=None, group=ldc, member=kenya, since=date(2026, 1, 1), source="x")
    from ayni.kernel import guarded

    with guarded.writing():
        Vocabulary.objects.filter(code="country-groups").update(digest="")
    assert load_built_in_vocabularies() == ["country-groups"]
    assert "ldc" not in groups_of("NP")
    assert "ldc" in groups_of("KE")
