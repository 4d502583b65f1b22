import json

import brotli
from django.conf import settings

from ayni.registry.queries.vocabularies import concepts
from ayni.web import maps

FOLDER = settings.PACKAGE / "web" / "static" / "map"


def test_every_country_has_a_place(db):
    without = {country.code for country in concepts().of("countries")} - maps.SHAPES - maps.DOTS.keys()
    assert without == {"AQ"}  # nobody cooperates with Antarctica


def test_the_geometry_is_light_on_the_wire():
    assert len(brotli.compress((FOLDER / "world.svg").read_bytes())) <= 12_000


def test_every_shape_can_be_referred_to():
    drawing = (FOLDER / "world.svg").read_text()
    assert all(f'id="{code}"' in drawing for code in maps.SHAPES)
    assert json.loads((FOLDER / "points.json").read_text())["shapes"] == sorted(maps.SHAPES)


def test_shades_follow_the_rank_and_equal_numbers_look_alike():
    found = {shade.code: shade.level for shade in maps.shades({"KE": 1, "NP": 1, "BR": 7, "CN": 900})}
    assert found == {"KE": 1, "NP": 1, "BR": 3, "CN": 5}


def test_one_number_is_shown_dark_and_nothing_is_shown_for_none():
    assert [shade.level for shade in maps.shades({"KE": 4, "NP": 0, "XX": 3})] == [5]
    assert maps.shades({}) == []


def test_small_islands_are_dots():
    [shade] = maps.shades({"TV": 2})
    assert shade.dot == maps.DOTS["TV"]
