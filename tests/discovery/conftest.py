import pytest

from ayni.discovery import indexing


@pytest.fixture
def index(world):
    """The reading room, indexed."""
    indexing.rebuild(processes=1)
    indexing.drain()
    return world
