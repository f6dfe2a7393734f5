"""What a view function has at hand: the herder and the settings of the application that serves the request."""

from __future__ import annotations

from typing import Any, cast

from flask import current_app, request

from app.json_body import parse_json
from app.settings import Settings
from workers.herder.interface import Herder

EXTENSION = "isthmus"


def herder() -> Herder:
    return cast(Herder, current_app.extensions[EXTENSION][0])


def settings() -> Settings:
    return cast(Settings, current_app.extensions[EXTENSION][1])


def json_body() -> Any:
    """None when there is no body."""
    return parse_json(request.get_data(cache=False))
