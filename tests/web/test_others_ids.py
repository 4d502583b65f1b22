"""Others' ids in every address: what is not yours answers exactly as what does not exist."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from ayni.kernel.ids import new_uid
from ayni.knowledge.actions.questions import Asked, ask
from ayni.knowledge.actions.records import change_visibility
from ayni.knowledge.actions.reviews import submit
from ayni.registry.actions.searches import save_search
from tests.worlds import ReadingRoom, ready

# Address -> what its id names. A new address with an id in it must be added here, with its hidden object.
ADDRESSES = {
    "/id/{uid}/": "record",
    "/en/{kind}/{uid}/": "record",
    "/en/{kind}/{uid}/any-words/": "record",
    "/en/{kind}/{uid}/take/choose/": "record",
    "/en/{kind}/{uid}/take/ayni.json": "record",
    "/en/institutions/{uid}/": "institution",
    "/en/institutions/{uid}/any-words/": "institution",
    "/en/institutions/{uid}/approval/": "anyone's institution",
    "/en/institutions/{uid}/trust/": "anyone's institution",
    "/en/institutions/{uid}/-/keep/": "anyone's institution",
    "/en/review/{uid}/": "review",
    "/en/review/of/{uid}/": "record",
    "/en/review/of/{uid}/say/": "record",
    "/files/{uid}/any-words": "file",
    "/en/files/of/{uid}/": "record",
    "/en/files/uploads/{uid}/": "upload",
    "/en/imports/{uid}/": "batch",
    "/en/imports/{uid}/undo/": "batch",
    "/en/ask/{uid}/": "record",
    "/en/questions/{uid}/": "question",
    "/en/write/again/{uid}/": "record",
    "/en/write/from-activity/{uid}/": "record",
    "/en/write/adaptation/{uid}/": "record",
    "/en/write/{uid}/": "record",
    "/en/write/{uid}/preview/": "record",
    "/en/write/{uid}/hand-in/": "record",
    "/en/write/{uid}/left-over/": "record",
    "/en/write/{uid}/form/": "record",
    "/en/write/{uid}/discard/": "record",
    "/en/write/{uid}/authors/": "record",
    "/en/write/{uid}/join/": "record",
    "/en/write/{uid}/choose/{uid}/": "record",
    "/en/write/{uid}/authors/{uid}/remove/": "record",
    "/en/write/{uid}/any-page/": "record",
    "/en/measures/{uid}/": "measures",
    "/en/measures/{uid}/table.csv": "measures",
    "/en/measures/{uid}/table.xlsx": "measures",
    "/en/records/{uid}/manage/": "record",
    "/en/records/{uid}/confirm/": "record",
    "/en/records/{uid}/archive/": "record",
    "/en/records/{uid}/unarchive/": "record",
    "/en/records/{uid}/continued/": "record",
    "/en/records/{uid}/withdraw/": "record",
    "/en/records/{uid}/put-back/": "record",
    "/en/records/{uid}/claim-link/": "record",
    "/en/desk/take-over/{uid}/": "record",
    "/en/searches/{uid}/": "search",
    "/en/searches/{uid}/delete/": "search",
    "/en/translate/{uid}/any-words/": "record",
    "/en/translate/{uid}/any-words/machine/": "record",
    "/en/translate/{uid}/any-words/read/": "record",
}
# Where links of mails lead: who is not logged in is asked to, whatever the id names.
LOG_IN_FIRST = {
    **{address: 302 for address in ADDRESSES if address.endswith(("/approval/", "/trust/"))},
    **{address: 302 for address in ADDRESSES if address.startswith("/en/review/")},
    "/en/questions/{uid}/": 302,
    "/en/desk/take-over/{uid}/": 302,
    "/en/searches/{uid}/": 302,
    "/en/searches/{uid}/delete/": 302,
    "/en/files/of/{uid}/": 302,
    "/en/files/uploads/{uid}/": 401,  # spoken to by a script
    **{
        address: 302
        for address in ADDRESSES
        if address.startswith(("/en/records/", "/en/measures/", "/en/translate/"))
    },
    **dict.fromkeys(
        [
            "/en/write/again/{uid}/",
            "/en/write/from-activity/{uid}/",
            "/en/write/adaptation/{uid}/",
            "/en/write/{uid}/",
            "/en/write/{uid}/preview/",
            "/en/write/{uid}/authors/",
            "/en/write/{uid}/authors/{uid}/remove/",
            "/en/write/{uid}/join/",
            "/en/write/{uid}/any-page/",
        ],
        302,
    ),
}


def patterns(resolver, prefix=""):
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def test_every_address_with_an_id_is_tested_here():
    found = {
        re.sub(r"<uid:\w+>", "<uid:uid>", route) for route in patterns(get_resolver()) if "<uid:" in route
    }
    known = {
        re.sub(r"^/(en/)?", lambda match: match[1] or "", address)
        .replace("{uid}", "<uid:uid>")
        .replace("{kind}", "<kind_path:kind_path>")
        .replace("any-words", "<str:slug>")
        .replace("any-page", "<slug:name>")
        .replace("ayni.json", "<order:order>.<file_format:file_format>")
        for address in ADDRESSES
    }
    assert {re.sub(r"<str:\w+>", "<str:slug>", route) for route in found} == known


def hidden(world: ReadingRoom, what: str) -> str:
    if what == "review":
        return submit(by=None, revision=ready(None, world.trust)).reviews.first().uid
    if what == "anyone's institution":
        return world.trust.uid
    if what == "question":
        asked = Asked("Amina Asker", "amina@ministry.example", "How do you mend the pumps?")
        return ask(by=None, record=world.practice, asked=asked, language="en").uid
    if what == "measures":
        return world.trust.uid
    if what == "search":
        return save_search(by=world.author, name="Mine", query="q=pumps", language="en").uid
    return world.draft.uid if what == "record" else new_uid()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("who", [None, "member"])
def test_what_is_not_yours_looks_like_what_is_not_there(client, world, address, who):
    if who:
        client.force_login(getattr(world, who))
    not_yours = client.get(address.format(uid=hidden(world, ADDRESSES[address]), kind="practices"))
    not_there = client.get(address.format(uid=new_uid(), kind="practices"))
    status = LOG_IN_FIRST.get(address, 404) if who is None else 404
    assert (not_yours.status_code, not_there.status_code) == (status, status)
    if status == 302:
        assert not_yours["Location"].startswith("/en/accounts/login/?next=/en/")
    strip = lambda response: re.sub(rb"[0-9a-z]{12}", b"", response.content)  # noqa: E731 - the ids themselves
    assert strip(not_yours) == strip(not_there)
    assert world.draft.revisions.get().title.encode() not in not_yours.content


def test_a_withdrawn_record_tells_when_and_why_and_nothing_of_what_it_said(client, world):
    change_visibility(by=None, record=world.practice, name="withdraw", reason="owner-request")
    response = client.get(f"/en/practices/{world.practice.uid}/")
    assert response.status_code == 410
    for secret in (world.practice.published.title, "repair fund", "ask@water-trust.example"):
        assert secret not in response.content.decode()
