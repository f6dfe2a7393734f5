"""Validators: what they let pass, what they say, how they describe themselves."""

from __future__ import annotations

import pytest

from isthmus import ConfigDef, ConfigError, Validator

C = ConfigDef


@pytest.mark.parametrize(
    ("validator", "value"),
    [
        (C.Range.at_least(1), 1),
        (C.Range.between(0.5, 1.0), 1.0),
        (C.ValidString.in_("a", "b"), "b"),
        (C.CaseInsensitiveValidString.in_("Poll"), "poLL"),
        (C.ValidList.in_("a", "b"), []),
        (C.ValidList.in_("a", "b"), ["b"]),
        (C.ValidList.any_non_duplicate_values(is_empty_allowed=True, is_null_allowed=True), None),
        (C.ListSize.at_most_of_size(1), ["a"]),
        (C.NonNullValidator(), ""),
        (C.NonEmptyString(), None),
        (C.NonEmptyStringWithoutControlChars(), "n\u00e4me"),
        (C.NonEmptyStringWithoutControlChars(), None),
    ],
)
def test_good_values_pass(validator: Validator, value: object) -> None:
    validator.ensure_valid("k", value)


@pytest.mark.parametrize(
    ("validator", "value", "text"),
    [
        (C.Range.at_least(1), None, "Invalid value null for configuration k: Value must be non-null"),
        (C.Range.between(1, 5), 6, "Invalid value 6 for configuration k: Value must be no more than 5"),
        (C.Range.at_least(1e-4), 1e-5, "Invalid value 1.0E-5 for configuration k: Value must be at least 1.0E-4"),
        (C.ValidString.in_("a", "b"), "A", "Invalid value A for configuration k: String must be one of: a, b"),
        (
            C.CaseInsensitiveValidString.in_("a", "b"),
            "c",
            "Invalid value c for configuration k: String must be one of (case insensitive): A, B",
        ),
        (C.ValidList.in_("a"), None, "Configuration 'k' values must not be null."),
        (
            C.ValidList.in_("a", is_empty_allowed=False),
            [],
            "Configuration 'k' must not be empty. Valid values include: [a]",
        ),
        (
            C.ValidList.any_non_duplicate_values(is_empty_allowed=False, is_null_allowed=False),
            [],
            "Configuration 'k' must not be empty. Valid values include: any non-empty value",
        ),
        (
            C.ValidList.any_non_duplicate_values(is_empty_allowed=True, is_null_allowed=False),
            ["a", ""],
            "Configuration 'k' values must not be empty.",
        ),
        (C.ValidList.in_("a"), ["b"], "Invalid value b for configuration k: String must be one of: a"),
        (
            C.ListSize.at_most_of_size(1),
            ["a", "b"],
            "Invalid value [a, b] for configuration k: exceeds maximum list size of [1].",
        ),
        (C.NonNullValidator(), None, "Invalid value null for configuration k: entry must be non null"),
        (C.NonEmptyString(), "", "Invalid value  for configuration k: String must be non-empty"),
        (C.NonEmptyStringWithoutControlChars(), "", "Invalid value  for configuration k: String may not be empty"),
        (
            C.NonEmptyStringWithoutControlChars(),
            "a\x01\x85",
            "Invalid value a\x01\x85 for configuration k: String may not contain control sequences "
            "but had the following ASCII chars: 1, 133",
        ),
    ],
)
def test_bad_values_are_refused_in_kafkas_words(validator: Validator, value: object, text: str) -> None:
    with pytest.raises(ConfigError) as info:
        validator.ensure_valid("k", value)
    assert str(info.value) == text


@pytest.mark.parametrize(
    ("validator", "text"),
    [
        (C.Range.at_least(1), "[1,...]"),
        (C.Range.between(0.5, 1.0), "[0.5,...,1.0]"),
        (C.Range(None, 5), "[...,5]"),
        (C.Range(None, None), "[...]"),
        (C.Range.at_least(1e-4), "[1.0E-4,...]"),
        (C.ValidString.in_("a", "b"), "[a, b]"),
        (C.CaseInsensitiveValidString.in_("a"), "(case insensitive) [A]"),
        (C.CompositeValidator.of(C.NonNullValidator(), C.NonEmptyString()), "non-null string, non-empty string"),
        (
            C.CompositeValidator.of(
                C.ValidList.any_non_duplicate_values(is_empty_allowed=True, is_null_allowed=True), C.ListSize(1)
            ),
            "List containing maximum of 1 elements",
        ),
    ],
)
def test_a_validator_describes_what_is_valid(validator: Validator, text: str) -> None:
    assert str(validator) == text


def test_a_composite_validator_stops_at_the_first_refusal() -> None:
    seen: list[str] = []

    def refuse(name: str, value: object) -> None:
        seen.append(name)
        raise ConfigError(name, value, "no")

    refusing = C.LambdaValidator.with_(refuse, "nothing")
    with pytest.raises(ConfigError, match=r"no$"):
        C.CompositeValidator.of(refusing, refusing).ensure_valid("k", "v")
    assert seen == ["k"]
