"""Headers that `response.http.headers.config` adds to every answer of the main listeners (Jetty's HeaderFilter)."""

from __future__ import annotations

import time
from email.utils import formatdate

from flask import Flask, Response

from app.settings import HeaderRule


def install_response_headers(app: Flask, rules: tuple[HeaderRule, ...]) -> None:
    def decorate(response: Response) -> Response:
        for rule in rules:
            _apply(rule, response)
        return response

    if rules:
        app.after_request(decorate)


def _apply(rule: HeaderRule, response: Response) -> None:
    value = rule.value
    if rule.action.endswith("Date"):
        value = formatdate(time.time() + int(value) / 1000, usegmt=True)
    if rule.action.startswith("set"):
        response.headers.set(rule.name, value)
    else:
        response.headers.add(rule.name, value)
