"""The application over a herder in memory."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.application import create_app
from app.settings import Settings
from tests.app.memory_herder import MemoryHerder


@pytest.fixture
def herder() -> MemoryHerder:
    return MemoryHerder()


@pytest.fixture
def client(herder: MemoryHerder) -> FlaskClient:
    return create_app(Settings(), herder).test_client()
