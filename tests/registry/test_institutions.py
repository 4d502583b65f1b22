import pytest
from django.db import IntegrityError, transaction

from ayni.kernel import guarded
from ayni.kernel.errors import ActionError, Invalid, NotAllowed
from ayni.kernel.locking import Gone
from ayni.registry.actions.institutions import (
    merge_institutions,
    name_key,
    register_institution,
    register_partner,
    remove_unused_institution,
    target_of,
)
from ayni.registry.actions.people import create_person
from ayni.registry.actions.vocabularies import load_vocabulary
from ayni.registry.models import FormerId, Institution, OutboxMessage, Term
from ayni.registry.queries.institutions import (
    find_institution,
    former_target,
    get_institution,
    institutions_like,
    names_in,
)
from tests import worlds


def find(name: str = "", country: str | None = None, **identifiers: str) -> Institution | None:
    return find_institution(identifiers=identifiers, name_key=name_key(name), country_code=country)


def test_an_institution_is_called_by_its_name_in_the_readers_language(world: worlds.ReadingRoom) -> None:
    ids = [world.trust.pk, world.network.pk]
    assert names_in("ar", ids) == {
        world.trust.pk: ("مؤسسة المياه الريفية", "ar"),
        world.network.pk: ("Réseau des comptes ouverts", "fr"),
    }


def test_mentions_are_matched_but_never_guessed(world: worlds.ReadingRoom) -> None:
    worlds.institution("Ministry of Health", country="KE", identifiers={"iati": "KE-MOH"})
    worlds.institution("Ministry of Health", country="UG")
    assert find("ministry of  HEALTH.") is None
    assert find("Ministry of Health", "KE").identifiers.get().value == "KE-MOH"
    assert find("Something else", iati="KE-MOH").country.code == "KE"
    assert find("rural water trust") == world.trust
    assert find("مؤسسة المياه الريفية") == world.trust
    assert find("Nobody knows it") is None


def test_one_of_another_country_is_never_meant_also_when_it_is_alone(world: worlds.ReadingRoom) -> None:
    ghana = worlds.institution("Ministry of Health", country="GH")
    assert find("Ministry of Health", "KE") is None
    assert find("Ministry of Health", "GH") == find("Ministry of Health") == ghana
    anywhere = register_institution(by=None, name="Ministry of Health")
    assert find("Ministry of Health", "KE") == anywhere
    assert find("Ministry of Health", "GH") == ghana
    merge_institutions(by=world.operator, duplicate=anywhere, stays=ghana)
    assert find("Ministry of Health", "KE") is None


def test_a_merged_institution_lives_on_in_the_one_that_stays(world: worlds.ReadingRoom) -> None:
    double = worlds.institution("Rural Water Trust Kenya")
    merge_institutions(by=world.operator, duplicate=double, stays=world.trust)
    assert get_institution(double.uid) == world.trust
    assert find("Rural Water Trust Kenya") == world.trust
    assert former_target(target_of(double)).now == target_of(world.trust)
    assert set(OutboxMessage.objects.values_list("target", flat=True)) >= {
        target_of(double),
        target_of(world.trust),
    }


def test_chains_of_merges_stay_one_step_long(world: worlds.ReadingRoom) -> None:
    first, second = worlds.institution("First"), worlds.institution("Second")
    merge_institutions(by=world.moderator, duplicate=first, stays=second)
    merge_institutions(by=world.moderator, duplicate=second, stays=world.trust)
    assert get_institution(first.uid) == get_institution(second.uid) == world.trust
    for duplicate, stays in ((world.trust, world.trust), (world.network, second), (second, world.network)):
        with pytest.raises(ActionError):
            merge_institutions(by=world.moderator, duplicate=duplicate, stays=stays)


def test_two_merges_into_each_other_make_no_circle(world: worlds.ReadingRoom) -> None:
    """Each was begun while the other institution was still free."""
    one, other = worlds.institution("One"), worlds.institution("Other")
    old_one, old_other = Institution.objects.get(pk=one.pk), Institution.objects.get(pk=other.pk)
    merge_institutions(by=world.operator, duplicate=one, stays=other)
    with pytest.raises(ActionError):
        merge_institutions(by=world.operator, duplicate=old_other, stays=old_one)
    assert get_institution(one.uid) == get_institution(other.uid) == other


def test_what_was_removed_meanwhile_is_not_merged_back(world: worlds.ReadingRoom) -> None:
    unused = worlds.institution("Unused")
    remove_unused_institution(
        by=world.operator, institution=Institution.objects.get(pk=unused.pk), reason="import_undone"
    )
    for attempt in (
        lambda: merge_institutions(by=world.operator, duplicate=unused, stays=world.trust),
        lambda: remove_unused_institution(by=world.operator, institution=unused, reason="x"),
    ):
        with pytest.raises(Gone):
            attempt()
    assert not Institution.objects.filter(uid=unused.uid).exists()


def test_the_database_refuses_a_merge_into_itself(world: worlds.ReadingRoom) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), guarded.writing():
        Institution.objects.filter(pk=world.trust.pk).update(merged_into=world.trust.pk)


def test_contributors_neither_register_nor_merge_nor_remove(world: worlds.ReadingRoom) -> None:
    for attempt in (
        lambda: register_institution(by=world.author, name="Mine"),
        lambda: merge_institutions(by=world.author, duplicate=world.network, stays=world.trust),
        lambda: remove_unused_institution(by=world.author, institution=world.network, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize("right", ["is_operator", "is_moderator"])
def test_who_was_shut_out_keeps_no_right(world: worlds.ReadingRoom, right: str) -> None:
    gone = worlds.person("Gone", **{right: True})
    gone.is_active = False
    for attempt in (
        lambda: register_institution(by=gone, name="Mine"),
        lambda: merge_institutions(by=gone, duplicate=world.network, stays=world.trust),
        lambda: remove_unused_institution(by=gone, institution=world.network, reason="x"),
        lambda: create_person(by=gone, email="new@example.org", name="New"),
        lambda: load_vocabulary(by=gone, document={}),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize(
    "fields", [{"office_email": "no address"}, {"website": "javascript:alert(1)"}, {"type": "castle"}]
)
def test_what_cannot_be_stored_is_refused_field_by_field(db: None, fields: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        register_institution(by=None, name="Somewhere", **fields)
    assert [fault.path for fault in refused.value.faults] == list(fields)
    assert not Institution.objects.exists()


def test_names_are_cleaned_of_what_disguises_and_of_excess(db: None) -> None:
    institution = register_institution(
        by=None, name="Bank \u202eevil\u202c" + "x" * 5000, names={"fr": "y" * 5000}
    )
    assert "\u202e" not in institution.name
    assert len(institution.name) == 300
    assert len(institution.names.get(language="fr").text) == 300


def test_removal_leaves_a_tombstone(world: worlds.ReadingRoom) -> None:
    unused = worlds.institution("Brought by an import")
    target = target_of(unused)
    remove_unused_institution(by=world.operator, institution=unused, reason="import_undone")
    assert FormerId.objects.get(target=target).now == ""
    assert get_institution(target.rpartition(":")[2]) is None


def test_a_partner_is_found_before_it_is_registered(world):
    kenya, senegal = (Term.objects.get(vocabulary__code="countries", code=code) for code in ("KE", "SN"))
    here = register_partner(by=world.author, name="rural  water trust", language="en", country=kenya)
    assert here == world.trust
    new = register_partner(by=world.author, name="Valley Nursing School", language="en", country=kenya)
    assert (new.name, new.country, new.name_language) == ("Valley Nursing School", kenya, "en")
    again = register_partner(by=world.author, name="VALLEY NURSING SCHOOL", language="fr", country=kenya)
    elsewhere = register_partner(
        by=world.author, name="Valley Nursing School", language="en", country=senegal
    )
    assert again == new != elsewhere


def test_only_those_who_write_somewhere_register_partners(world):
    kenya = Term.objects.get(vocabulary__code="countries", code="KE")
    with pytest.raises(NotAllowed):
        register_partner(by=world.member, name="Valley Nursing School", language="en", country=kenya)
    with pytest.raises(Invalid):
        register_partner(by=world.author, name="  ", language="en", country=kenya)


def test_those_whose_names_have_the_same_words_are_offered(world):
    assert institutions_like("water trust", "KE") == [world.trust]
    assert institutions_like("water trust", "SN") == []
