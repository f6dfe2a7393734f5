"""Which versions of a plug-in a configuration admits: `1.2` or Maven's ranges, such as `[1.0,2.0)` (KIP-891).

Answers to PluginUtils.connectorVersionRequirement and Maven's VersionRange; the texts of errors are Maven's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from isthmus import ConfigError
from workers.plugins.maven_version import MavenVersion

LATEST: Final = "latest"


class VersionRangeError(ValueError):
    """The text is no version range."""


@dataclass(frozen=True, slots=True)
class _Interval:
    """A bound that is None does not bound."""

    low: MavenVersion | None
    includes_low: bool
    high: MavenVersion | None
    includes_high: bool

    def contains(self, version: MavenVersion) -> bool:
        if self.low is not None and (version < self.low or (version == self.low and not self.includes_low)):
            return False
        return self.high is None or version < self.high or (version == self.high and self.includes_high)

    def __str__(self) -> str:
        opening, closing = "[" if self.includes_low else "(", "]" if self.includes_high else ")"
        return f"{opening}{self.low or ''},{self.high or ''}{closing}"


@dataclass(frozen=True, slots=True)
class VersionRange:
    """One interval or several, in ascending order."""

    intervals: tuple[_Interval, ...]

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """A bare version admits itself only. Raises VersionRangeError."""
        spec = text.strip()
        intervals = _intervals(spec)
        return cls(intervals if intervals is not None else _intervals(f"[{spec}]") or ())

    def contains(self, version: str) -> bool:
        wanted = MavenVersion(version)
        return any(interval.contains(wanted) for interval in self.intervals)

    def __str__(self) -> str:
        return ",".join(map(str, self.intervals))


def version_requirement(text: str | None) -> VersionRange | None:
    """What a `*.plugin.version` demands; None where the newest will do. Raises VersionRangeError."""
    return None if text is None or text == LATEST else VersionRange.parse(text)


class PluginVersionValidator:
    """For keys that ask for a version of a plug-in."""

    def ensure_valid(self, name: str, value: Any) -> None:
        try:
            version_requirement(value)
        except VersionRangeError as error:
            raise ConfigError(str(error)) from error

    def __str__(self) -> str:
        return "version or version range"


def _intervals(spec: str) -> tuple[_Interval, ...] | None:
    """None when the text does not start like a range."""
    found: list[_Interval] = []
    rest = spec
    while rest.startswith(("[", "(")):
        end = min((at for mark in ")]" if (at := rest.find(mark)) >= 0), default=-1)
        if end < 0:
            raise VersionRangeError(f"Unbounded range: {spec}")
        interval = _interval(rest[: end + 1])
        if found and _overlap(found[-1], interval):
            raise VersionRangeError(f"Ranges overlap: {spec}")
        found.append(interval)
        rest = rest[end + 1 :].strip().removeprefix(",").strip()
    if rest and found:
        raise VersionRangeError(f"Only fully-qualified sets allowed in multiple set scenario: {spec}")
    return tuple(found) or None


def _interval(text: str) -> _Interval:
    includes_low, includes_high = text[0] == "[", text[-1] == "]"
    first, comma, second = (part.strip() for part in text[1:-1].partition(","))
    if not comma:
        if not (includes_low and includes_high):
            raise VersionRangeError(f"Single version must be surrounded by []: {text}")
        return _Interval(MavenVersion(first), True, MavenVersion(first), True)
    low, high = (MavenVersion(bound) if bound else None for bound in (first, second))
    if low is not None and high is not None and (high < low or (high == low and not (includes_low and includes_high))):
        raise VersionRangeError(f"Range defies version ordering: {text}")
    return _Interval(low, includes_low, high, includes_high)


def _overlap(first: _Interval, second: _Interval) -> bool:
    return first.high is not None and (second.low is None or second.low < first.high)
