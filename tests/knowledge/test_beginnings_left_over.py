"""What a draft that begins from a file cannot hold is kept beside it, whole."""

import pytest

from ayni.knowledge.actions.beginnings import begin_from_values
from ayni.knowledge.drafts import values_of
from ayni.knowledge.models import Comment


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        (
            "partners",
            [{"name": "Rain House", "role": "lead"}, {"name": "Jar Works", "role": "no such role"}],
            "Rain House – lead\nJar Works – no such role",
        ),
        ("started", "the rainy season", "the rainy season"),
        ("tags.countries", ["KE", "no such country"], "KE\nno such country"),
    ],
)
def test_a_value_with_a_fault_anywhere_inside_is_kept_beside_the_draft(world, path, value, kept):
    begun = begin_from_values(
        by=world.author, kind="practice", language="en", owner=world.draft.owner,
        values={"title": "Rain in jars", path: value},
    )  # fmt: skip
    assert begun.faults
    assert values_of(begun.revision) == {"title": "Rain in jars"}
    (comment,) = Comment.objects.filter(revision=begun.revision, is_left_over=True)
    assert comment.text == kept
