"""What the REST process tells browsers: `access.control.allow.*` and `response.http.headers.config`, checked before it starts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from isthmus.java_regex import JavaRegexError, compile_java_regex
from workers.config.response_headers import HeaderRule
from workers.config.worker_config import WorkerConfig
from workers.errors import WorkerConfigError

_ORIGIN = "access.control.allow.origin"
_METHODS = "access.control.allow.methods"
_HEADERS = "response.http.headers.config"
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_MILLISECONDS = re.compile(r"[+-]?[0-9]{1,18}")


def browser_settings(config: WorkerConfig) -> dict[str, Any]:
    """Part of `app.settings.Settings`. WorkerConfigError names every value that no answer could carry."""
    origins, rules = _listed(config[_ORIGIN]), config.header_rules
    errors = [*_origin_errors(origins), *(error for rule in rules for error in _rule_errors(rule))]
    if errors:
        raise WorkerConfigError(errors)
    return {
        "cors_origins": origins if config[_ORIGIN].strip() else None,
        "cors_methods": _listed(config[_METHODS]),
        "response_headers": [(rule.action, rule.name, rule.value) for rule in rules],
    }


def _origin_errors(origins: Sequence[str]) -> list[str]:
    """Of origins that are no regular expressions. `*` alone, anywhere in the list, is no expression: it means every origin."""
    errors = []
    for origin in () if "*" in origins else origins:
        try:
            compile_java_regex(origin)
        except JavaRegexError as error:
            errors.append(
                f"Invalid value {origin} for configuration {_ORIGIN}: expected *, or a regular expression that matches whole "
                f"origins, such as https://.*\\\\.example\\\\.com: {error}"
            )
    return errors


def _rule_errors(rule: HeaderRule) -> list[str]:
    prefix = f"Invalid value '{rule.action} {rule.name}: {rule.value}' for configuration {_HEADERS}"
    errors = []
    if not _TOKEN.fullmatch(rule.name):
        errors.append(f"{prefix}: a header's name consists of letters, digits and !#$%&'*+-.^_`|~")
    if rule.action.endswith("Date") and not _MILLISECONDS.fullmatch(rule.value):
        errors.append(f"{prefix}: the value of a date is its distance from now, a number of milliseconds")
    if not _FIELD_VALUE.fullmatch(rule.value):
        errors.append(f"{prefix}: a header's value has no control characters and none beyond Latin-1")
    return errors


def _listed(text: str) -> list[str]:
    return [item for item in (part.strip() for part in text.split(",")) if item]
