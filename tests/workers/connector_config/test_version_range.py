"""Requirements on versions of plug-ins."""

from __future__ import annotations

import pytest

from workers.connector_config.version_range import VersionRangeError, is_latest, matching_versions

VERSIONS = ["0.9", "1.0", "1.2", "1.10", "2.0"]


@pytest.mark.parametrize(
    ("requirement", "matching"),
    [
        ("1.2", ["1.2"]),
        ("[1.2]", ["1.2"]),
        ("[1.0,2.0)", ["1.0", "1.2", "1.10"]),
        ("(1.0,)", ["1.2", "1.10", "2.0"]),
        ("(,1.0],[2.0,)", ["0.9", "1.0", "2.0"]),
        ("3", []),
    ],
)
def test_a_range_admits_the_versions_within(requirement: str, matching: list[str]) -> None:
    assert matching_versions(requirement, VERSIONS) == matching


@pytest.mark.parametrize("requirement", ["[1.0", "(1.0)", "[1,2,3]", "[1.0,2.0) nonsense"])
def test_what_is_no_range_is_refused(requirement: str) -> None:
    with pytest.raises(VersionRangeError, match="Invalid version specification"):
        matching_versions(requirement, VERSIONS)


@pytest.mark.parametrize("requirement", [None, "", " latest "])
def test_without_requirement_the_newest_version_is_meant(requirement: str | None) -> None:
    assert is_latest(requirement)
