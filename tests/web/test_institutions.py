import re

from django.utils import translation

from ayni.registry.actions.institutions import (
    merge_institutions,
    register_institution,
    remove_unused_institution,
)
from ayni.registry.actions.translations import save_translations
from ayni.web import addresses
from tests import worlds


def path_of(institution, language="en"):
    with translation.override(language):
        return addresses.institution_url(institution)


def test_page_says_who_and_where(client, world):
    html = client.get(path_of(world.trust)).content.decode()
    for told in (
        "Rural Water Trust", "Non-governmental organization", "Wundanyi", "Kenya", "mailto:office@water-trust.example",
        "https://water-trust.example", "Mends pumps", "مؤسسة المياه الريفية", "RWT", "Demo:",
        "Pupil-led water committees", "Phones without credit",
    ):  # fmt: skip
        assert told in html
    assert "A draft nobody else sees" not in html
    assert '<bdi lang="ar" dir="rtl">مؤسسة المياه الريفية</bdi>' in html


def test_name_and_about_are_read_in_the_readers_language(client, world):
    save_translations(
        by=None, target=f"registry.institution:{world.trust.uid}", language="fr",
        texts={"about": (world.trust.about, "Répare les pompes.")},
    )  # fmt: skip
    html = client.get(path_of(world.trust, "fr")).content.decode()
    assert "<h1>Fondation pour l’eau rurale</h1>" in html
    assert "Répare les pompes." in html
    foreign = client.get(path_of(world.network)).content.decode()
    assert '<h1 lang="fr" dir="ltr">Réseau des comptes ouverts</h1>' in foreign
    assert "Annuaire" in foreign


def test_taking_part_counts_as_having_done(client, world):
    assert "Pupil-led water committees" in client.get(path_of(world.network)).content.decode()


def test_family(client, world):
    child = register_institution(by=None, name="Trust Workshop", parent=world.trust)
    assert "Trust Workshop" in client.get(path_of(world.trust)).content.decode()
    assert path_of(world.trust) in client.get(path_of(child)).content.decode()


def test_merged_institution_leads_to_the_one_that_stays(client, world):
    double = worlds.institution("Rural Water Trust Kenya")
    worlds.published(double, "Told under the other name")
    merge_institutions(by=world.operator, duplicate=double, stays=world.trust)
    response = client.get(path_of(double))
    assert (response.status_code, response["Location"]) == (301, path_of(world.trust))
    assert "Told under the other name" in client.get(path_of(world.trust)).content.decode()
    assert client.get(f"{path_of(double)}?page=2")["Location"] == f"{path_of(world.trust)}?page=2"


def test_an_id_in_capitals_leads_to_the_page(client, world):
    path = path_of(world.trust)
    response = client.get(path.replace(world.trust.uid, world.trust.uid.upper()))
    assert (response.status_code, response["Location"]) == (301, path)


def test_unknown_is_404_and_removed_is_410(client, world):
    assert client.get("/en/institutions/zzzzzzzzzzzz/x/").status_code == 404
    unused = worlds.institution("Unused")
    path = path_of(unused)
    remove_unused_institution(by=None, institution=unused, reason="import-undone")
    assert client.get(path).status_code == 410


def test_list_filters_by_country_and_type(client, world):
    everything = client.get("/en/institutions/").content.decode()
    assert "Rural Water Trust" in everything
    assert '<bdi lang="fr" dir="ltr">Réseau des comptes ouverts</bdi>' in everything
    kenya = client.get("/en/institutions/?country=KE").content.decode()
    assert "Rural Water Trust" in kenya
    assert "Réseau des comptes ouverts" not in kenya
    assert "Rural Water Trust" not in client.get("/en/institutions/?type=network").content.decode()
    assert "No institution fits" in client.get("/en/institutions/?country=KE&type=network").content.decode()
    assert client.get("/en/institutions/?country=<x>&type=%00&page=junk").status_code == 200


def names_listed(client, query: str) -> list[str]:
    html = client.get(f"/en/institutions/?{query}").content.decode()
    return re.findall(r'<th scope="row"><a [^>]*><bdi[^>]*>([^<]+)</bdi>', html)


def test_list_is_searched_by_words_of_any_name(client, world):
    double = worlds.institution("Rural Wells Fund")
    merge_institutions(by=world.operator, duplicate=double, stays=world.trust)
    trust = ["Rural Water Trust"]
    for query in ("q=trust+WATER", "q=rwt", "q=مؤسسة+المياه", "q=wells", "q=water&country=KE&type=ngo"):
        assert names_listed(client, query) == trust, query
    for query in ("q=water+pump", "q=nobody", "q=water&country=SN", "q=%25", "q=???"):
        assert names_listed(client, query) == [], query
    everyone = names_listed(client, "")
    for query in ("q=", "q=+", "q=%00"):
        assert names_listed(client, query) == everyone, query
    shown = client.get("/en/institutions/?q=%22%3Ewater").content.decode()
    assert 'name="q" value="&quot;&gt;water"' in shown


def test_a_search_is_kept_from_page_to_page_and_costs_the_same_for_one_and_three(
    client, world, django_assert_num_queries
):
    worlds.institution("Dry Valley 1")
    address = "/en/institutions/?q=dry+valley&country=KE"
    client.get(address)
    with django_assert_num_queries(6):
        client.get(address)
    for number in range(2, 4):
        worlds.institution(f"Dry Valley {number}")
    with django_assert_num_queries(6):
        client.get(address)
    for number in range(4, 46):
        worlds.institution(f"Dry Valley {number}")
    html = client.get(address).content.decode()
    assert 'rel="next" href="?q=dry+valley&amp;country=KE&amp;page=2"' in html
    assert len(names_listed(client, "q=dry+valley&country=KE&page=2")) == 5


def test_list_is_paged(client, world):
    for number in range(45):
        worlds.institution(f"Institution {number:02}")
    first = client.get("/en/institutions/?country=KE").content.decode()
    assert 'rel="next" href="?country=KE&amp;page=2"' in first
    assert 'rel="prev"' in client.get("/en/institutions/?country=KE&page=2").content.decode()


def test_queries_do_not_grow(client, world, django_assert_num_queries, django_assert_max_num_queries):
    for path in ("/en/institutions/", path_of(world.lesson.owner)):
        client.get(path)
        with django_assert_max_num_queries(14) as seen:
            client.get(path)
        before = len(seen)
        for number in range(2):
            other = worlds.institution(f"{path} {number}", country="SN")
            worlds.published(world.trust, f"More {number} {path}")
            register_institution(by=None, name=f"Child {number}", parent=world.trust)
            assert other
        client.get(path)
        with django_assert_num_queries(before):
            client.get(path)
