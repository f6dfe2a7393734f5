"""The order of versions. What is expected here is what Maven's ComparableVersion answers."""

from __future__ import annotations

from itertools import combinations

import pytest

from workers.plugins.maven_version import MavenVersion

ASCENDING = [
    "",
    "undefined",
    "1.0.0-alpha.beta",
    "1-alpha",
    "1-a1",
    "1.0.0-alpha.1",
    "1-b2",
    "1-milestone",
    "1-rc",
    "1-cr1",
    "1.0.0-rc.1",
    "1-SNAPSHOT",
    "1.0",
    "1-sp",
    "1+1",
    "1.0a",
    "1-abc",
    "1.0x",
    "1-1",
    "1.0.1",
    "1.9",
    "1.10",
    "1.999999999999999999999",
    "2.0.0a1",
    "2.0rc1",
    "2.0",
    "2.0.0.dev1",
    "2.0.0.post1",
    "20230101",
]


def test_numbers_count_by_value_and_words_before_or_after_the_plain_version() -> None:
    versions = [MavenVersion(text) for text in ASCENDING]
    assert all(first < second and first != second for first, second in combinations(versions, 2))
    assert max(versions).text == ASCENDING[-1]


@pytest.mark.parametrize("text", ["1.0", "1.0.0", "01", "1-ga", "1.0.Final", "1.0.RELEASE", "1-0", "1."])
def test_what_means_nothing_at_the_end_makes_no_difference(text: str) -> None:
    assert MavenVersion(text) == MavenVersion("1")


@pytest.mark.parametrize(("text", "same"), [("1-a1", "1-alpha-1"), ("1-cr", "1-rc"), ("1-ABC", "1.abc"), ("1", "1")])
def test_spellings_of_the_same_version_are_equal(text: str, same: str) -> None:
    assert MavenVersion(text) == MavenVersion(same)


def test_a_number_may_have_any_length() -> None:
    assert MavenVersion("1." + "9" * 10_000) < MavenVersion("1.1" + "0" * 10_000)
