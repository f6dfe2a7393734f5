"""Headers that `response.http.headers.config` gives to every answer of the main listeners (Jetty's HeaderFilter)."""

from __future__ import annotations

import time
from email.utils import formatdate

from flask import Flask, Response

from app.settings import HeaderRule

# What the resources say themselves: in Java they come after the filter and overwrite what it has set.
_OWN = frozenset({"content-type", "content-length", "location", "allow"})
_LATEST_S = 253_402_300_799  # the last second that HTTP can write, of the year 9999


def install_response_headers(app: Flask, rules: tuple[HeaderRule, ...]) -> None:
    """To be installed before what these rules shall overrule: Flask calls the function that was installed last first."""

    def decorate(response: Response) -> Response:
        own = {name.lower() for name in response.headers.keys()} & _OWN  # noqa: SIM118  # iterating gives pairs
        for rule in rules:
            if rule.name.lower() not in own:
                _apply(rule, response)
        return response

    if rules:
        app.after_request(decorate)


def _apply(rule: HeaderRule, response: Response) -> None:
    value = _date(int(rule.value)) if rule.action.endswith("Date") else rule.value
    if rule.action.startswith("set"):
        response.headers.set(rule.name, value)
    else:
        response.headers.add(rule.name, value)


def _date(distance_ms: int) -> str:
    return formatdate(min(max(time.time() + distance_ms / 1000, 0), _LATEST_S), usegmt=True)
