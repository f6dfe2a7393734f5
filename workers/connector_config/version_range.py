"""Requirements on plug-in versions, `[1.0,2.0)` or `1.2` in Maven's notation (KIP-891)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from workers.plugins.descriptor import version_key

_RANGE: Final = re.compile(r"\s*([\[(])([^,\[\]()]*)(?:(,)([^,\[\]()]*))?([\])])\s*,?")


class VersionRangeError(ValueError):
    """The text is no version range."""


def is_latest(requirement: str | None) -> bool:
    return requirement is None or not requirement.strip() or requirement.strip().lower() == "latest"


def matching_versions(requirement: str, versions: Iterable[str]) -> list[str]:
    """Those of the versions that the range admits; a bare version admits itself only. VersionRangeError otherwise."""
    text = requirement.strip()
    if text[:1] not in ("[", "("):
        return [version for version in versions if version_key(version) == version_key(text)]
    sets = _parse(text)
    return [version for version in versions if any(_admits(bounds, version) for bounds in sets)]


def _parse(text: str) -> list[tuple[str, str, str, str]]:
    sets: list[tuple[str, str, str, str]] = []
    at = 0
    while at < len(text):
        match = _RANGE.match(text, at)
        if match is None:
            raise VersionRangeError(f"Invalid version specification: {text}")
        opening, low, comma, high, closing = match.groups()
        if comma is None and (opening, closing) != ("[", "]"):
            raise VersionRangeError(f"Invalid version specification: {text}")
        sets.append((opening, low.strip(), low.strip() if comma is None else high.strip(), closing))
        at = match.end()
    return sets


def _admits(bounds: tuple[str, str, str, str], version: str) -> bool:
    opening, low, high, closing = bounds
    key = version_key(version)
    if low and (key < version_key(low) or (opening == "(" and key == version_key(low))):
        return False
    return not (high and (key > version_key(high) or (closing == ")" and key == version_key(high))))
