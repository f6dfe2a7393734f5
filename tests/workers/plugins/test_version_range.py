"""Requirements on versions of plug-ins. What is expected here, texts included, is what Maven's own classes answer."""

from __future__ import annotations

import pytest

from workers.plugins.version_range import VersionRange, VersionRangeError, version_requirement

VERSIONS = ["0.9", "1.0-rc1", "1.0", "1.2", "1.10", "2.0", "undefined"]


@pytest.mark.parametrize(
    ("text", "shown", "admitted"),
    [
        ("1.2", "[1.2,1.2]", ["1.2"]),
        (" 1.2 ", "[1.2,1.2]", ["1.2"]),
        ("[1.2]", "[1.2,1.2]", ["1.2"]),
        ("1", "[1,1]", ["1.0"]),
        ("[1.0,2.0)", "[1.0,2.0)", ["1.0", "1.2", "1.10"]),
        ("[ 1.0 , 2.0 )", "[1.0,2.0)", ["1.0", "1.2", "1.10"]),
        ("1.0,2.0", "[1.0,2.0]", ["1.0", "1.2", "1.10", "2.0"]),
        ("(1.0,)", "(1.0,)", ["1.2", "1.10", "2.0"]),
        ("(,1.0)", "(,1.0)", ["0.9", "1.0-rc1", "undefined"]),
        ("(,0.9],[2.0,)", "(,0.9],[2.0,)", ["0.9", "2.0", "undefined"]),
        ("[0.9][2.0],", "[0.9,0.9],[2.0,2.0]", ["0.9", "2.0"]),
        ("(,)", "(,)", VERSIONS),
        ("undefined", "[undefined,undefined]", ["undefined"]),
        ("3", "[3,3]", []),
        ("", "[,]", []),
        ("LATEST", "[LATEST,LATEST]", []),
    ],
)
def test_a_range_admits_the_versions_within(text: str, shown: str, admitted: list[str]) -> None:
    requirement = VersionRange.parse(text)
    assert str(requirement) == shown
    assert [version for version in VERSIONS if requirement.contains(version)] == admitted


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[1.0", "Unbounded range: [1.0"),
        ("(1.0)", "Single version must be surrounded by []: (1.0)"),
        ("[2.0,1.0]", "Range defies version ordering: [2.0,1.0]"),
        ("[1.0,1.0)", "Range defies version ordering: [1.0,1.0)"),
        ("[1.0,2.0],[1.5,3.0]", "Ranges overlap: [1.0,2.0],[1.5,3.0]"),
        ("[1.0,2.0) x", "Only fully-qualified sets allowed in multiple set scenario: [1.0,2.0) x"),
        ("1.0]", "Only fully-qualified sets allowed in multiple set scenario: [1.0]]"),
    ],
)
def test_what_is_no_range_is_refused(text: str, error: str) -> None:
    with pytest.raises(VersionRangeError) as raised:
        version_requirement(text)
    assert str(raised.value) == error


@pytest.mark.parametrize("text", [None, "latest"])
def test_without_requirement_the_newest_version_will_do(text: str | None) -> None:
    assert version_requirement(text) is None
