"""The desk of readings, for each who reads."""

from datetime import timedelta

import pytest

from ayni.kernel import clock
from ayni.knowledge.actions import reviews
from ayni.knowledge.actions.comments import comment
from tests import worlds
from tests.worlds import ReviewRoom, reading


def hand_in(room: ReviewRoom, how_many: int) -> None:
    for number in range(how_many):
        reviews.submit(by=room.author, revision=worlds.ready(room.author, room.trust, f"Handed in {number}"))


def test_each_finds_what_is_open_for_them(client, room: ReviewRoom) -> None:
    hand_in(room, 2)
    for person, found in ((room.reader, 2), (room.site, 2), (room.stranger, 0), (room.author, 0)):
        client.force_login(person)
        html = client.get("/en/review/?list=open").content.decode()
        assert html.count("Handed in ") == found, person.name


def test_what_i_have_in_hand_is_my_turn_and_no_longer_open_for_others(client, room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    client.force_login(room.reader)
    html = client.get("/en/review/").content.decode()
    assert '<span class="state turn">Your turn</span>' in html
    client.force_login(room.admin)
    assert "Accounts on the wall" not in client.get("/en/review/?list=open").content.decode()


def test_who_reads_one_side_is_not_offered_the_other(client, room: ReviewRoom) -> None:
    both = worlds.person("Both", is_reviewer=True)
    worlds.grant_reviewer(both, room.trust)
    reviews.submit(by=room.author, revision=room.revision)
    reviews.take_up(by=both, review=reading(room.revision, "owner"))
    client.force_login(both)
    assert "Accounts on the wall" not in client.get("/en/review/?list=open").content.decode()


def test_moderators_see_all_and_narrow_it(client, room: ReviewRoom) -> None:
    hand_in(room, 1)
    with clock.at(clock.now() + timedelta(days=9)):
        client.force_login(room.moderator)
        html = client.get("/en/review/?list=all&overdue=1").content.decode()
        assert (html.count("<h2>") + html.count("<h2 "), html.count("Was due on")) == (2, 2)
        assert "Nothing fits" in client.get("/en/review/?list=all&state=reading").content.decode()
        address = f"/en/review/?list=all&institution={room.trust.uid}"
        assert client.get(address).content.decode().count("Handed in 0") == 2
    client.force_login(room.reader)
    assert "All under way" not in client.get("/en/review/?list=all").content.decode()


@pytest.mark.parametrize("odd", ["%00", "x", "%F0%9F%98%80" * 500])
def test_a_filter_that_names_nothing_narrows_nothing(client, room: ReviewRoom, odd: str) -> None:
    hand_in(room, 1)
    client.force_login(room.moderator)
    html = client.get(f"/en/review/?list=all&institution={odd}&state={odd}&page={odd}").content.decode()
    assert html.count("Handed in 0") == 2


def test_who_was_asked_and_comes_too_late_is_told_so(client, room: ReviewRoom) -> None:
    """Another of the site's readers has it: the link in the mail must not end at a page that is not there."""
    late = worlds.person("Late", is_reviewer=True)
    reviews.submit(by=room.author, revision=room.revision)
    review = reading(room.revision, "site")
    reviews.take_up(by=room.site, review=review)
    client.force_login(late)
    answer = client.get(f"/en/review/{review.uid}/", follow=True)
    assert (answer.redirect_chain, answer.status_code) == ([("/en/review/", 302)], 200)
    assert "This reading is not yours to make any more." in answer.content.decode()
    assert "Accounts on the wall" not in answer.content.decode()
    client.force_login(room.stranger)  # nobody asked them: it is not there
    assert client.get(f"/en/review/{review.uid}/").status_code == 404


@pytest.mark.parametrize("which", ["open", "all", "mine"])
def test_one_and_three_cost_the_same(client, room: ReviewRoom, which: str, django_assert_num_queries) -> None:
    client.force_login(room.moderator)
    for more in (1, 2):
        hand_in(room, more)
        for review in reviews.Review.objects.filter(side="site"):
            comment(by=room.moderator, revision=review.revision, text="A thought")
            if which == "mine":
                reviews.take_up(by=room.moderator, review=review)
        with django_assert_num_queries(13):
            assert client.get(f"/en/review/?list={which}").status_code == 200


@pytest.mark.slow
def test_thirty_texts_cost_what_three_cost(client, room: ReviewRoom, django_assert_num_queries) -> None:
    hand_in(room, 30)
    client.force_login(room.moderator)
    with django_assert_num_queries(13):
        html = client.get("/en/review/?list=all&page=3").content.decode()
    assert "Page 3 of 3" in html
