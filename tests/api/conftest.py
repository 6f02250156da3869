"""The API is tested against a real node, a real index of it on every database, and over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.api.scene import Scene, playing
from tests.api.serving import Server, serving
from tests.support.databases import KINDS, engine, new_database, postgresql

__all__ = ["engine", "new_database", "postgresql"]


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with playing(tmp_path_factory.mktemp("scene")) as found:
        yield found


@pytest.fixture(scope="session", params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scene: Scene) -> str:
    """The scene, indexed once for each kind of database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database')}/scene.db"
    else:
        address = make_url(request.getfixturevalue("postgresql"))
        server = create_engine(address, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("CREATE DATABASE scene"))
        server.dispose()
        url = address.set(database="scene").render_as_string(hide_password=False)
    scene.index(url)
    return url


@pytest.fixture(scope="session")
def server(scene: Scene, database: str) -> Iterator[Server]:
    """A service that answers about the scene and does not index."""
    with serving(scene.config(database, roles="api")) as found:
        yield found
