"""Whether what we did is what the Java class did."""

from __future__ import annotations

import base64
import math
import re
from typing import Any

from isthmus import java_class_name
from isthmus.numbers import to_float32

# What a Python author raises where Java's library has a class of its own.
_COUNTERPARTS = {
    "IllegalArgumentException": "ValueError",
    "UnsupportedOperationException": "NotImplementedError",
    "IllegalStateException": "RuntimeError",
}
_FLOAT = re.compile(r"\d+\.\d+(?:E-?\d+)?")
_OBJECT = re.compile(r"[\w.$]+@<hash>")
_ALGORITHMS = re.compile(r"(?<=supported algorithms are: )\[[^\]]*\]")  # depends on the JVM
_HASH = re.compile(r"@[0-9a-f]+\b")


def same_output(expected: Any, actual: Any) -> bool:
    """Exact equality of two outputs. An absent member is null; a float is compared as number, not as text.

    `text` only illustrates bytes, and `schema` of a struct is left out of a vector where the position gives it.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _same_object(expected, actual)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(same_output, expected, actual))
    if isinstance(expected, str) and isinstance(actual, str):
        return _same_text(expected, actual)
    return type(expected) is type(actual) and bool(expected == actual)


def _same_object(expected: dict[str, Any], actual: dict[str, Any]) -> bool:
    if expected.get("t") != actual.get("t"):
        return False
    if expected.get("t") == "float32":
        return _same_float(to_float32(float(expected["v"])), to_float32(float(actual["v"])))
    if expected.get("t") == "float64":
        return _same_float(float(expected["v"]), float(actual["v"]))
    if expected.get("t") == "bigint":
        return int(expected["v"]) == int(actual["v"])
    if expected.get("t") == "struct":
        names = {*expected["v"], *actual["v"]}
        given = [same_output(expected["v"].get(name, {"t": "null"}), actual["v"].get(name)) for name in names]
        return all(given) and ("schema" not in expected or same_output(expected["schema"], actual["schema"]))
    if expected.get("identityHash"):
        return "base64" in actual
    if "base64" in expected and "base64" in actual:
        return _same_bytes(expected["base64"], actual["base64"])
    return all(same_output(expected.get(name), actual.get(name)) for name in {*expected, *actual})


def _same_bytes(expected: str, actual: str) -> bool:
    if expected == actual:
        return True
    # latin-1 keeps every byte as it is and shows the digits
    return _same_text(base64.b64decode(expected).decode("latin-1"), base64.b64decode(actual).decode("latin-1"))


def _same_text(expected: str, actual: str) -> bool:
    """Equality of texts but for identity hashes, and for floats in more digits than needed.

    The vectors come from Java 17, whose floats are not always the shortest text; ours are, as from Java 19 on.
    """
    if _OBJECT.fullmatch(expected):
        return True  # an object without a text of its own
    if "@<hash>" in expected:
        actual = _HASH.sub("@<hash>", actual)
    expected, actual = _ALGORITHMS.sub("[]", expected), _ALGORITHMS.sub("[]", actual)
    if expected == actual:
        return True
    if _FLOAT.sub("", expected) != _FLOAT.sub("", actual):
        return False
    given, ours = _FLOAT.findall(expected), _FLOAT.findall(actual)
    return len(given) == len(ours) and all(map(_is_same_float, given, ours))


def _is_same_float(expected: str, actual: str) -> bool:
    if expected == actual:
        return True
    given, ours = float(expected), float(actual)
    return len(actual) < len(expected) and (given == ours or to_float32(given) == to_float32(ours))


def _same_float(expected: float, actual: float) -> bool:
    if math.isnan(expected):
        return math.isnan(actual)
    return expected == actual and math.copysign(1, expected) == math.copysign(1, actual)


def same_error(expected: dict[str, Any], error: BaseException) -> bool:
    """Whether our error answers to Java's: same class and text; for accidents and foreign libraries, that there is one."""
    if expected.get("internal") or expected.get("origin"):
        return True
    if not _same_class(expected["class"], error) or not _same_message(expected.get("message"), error):
        return False
    ours = [cause for cause in expected.get("causes", ()) if _is_kafka(cause["class"])]
    causes = [cause for cause in _causes(error) if _is_kafka(_simple_name(cause))]
    return len(ours) == len(causes) and all(
        _same_class(cause["class"], given) and _same_message(cause["message"], given)
        for cause, given in zip(ours, causes, strict=True)
    )


def describe_error(error: BaseException) -> dict[str, Any]:
    causes = [{"class": _simple_name(cause), "message": str(cause)} for cause in _causes(error)]
    return {"class": _simple_name(error), "message": str(error), "causes": causes}


def _simple_name(error: BaseException) -> str:
    return java_class_name(error).rsplit(".", 1)[-1]


def _is_kafka(name: str) -> bool:
    return name in ("DataException", "SchemaBuilderException", "SchemaProjectorException", "ConfigException")


def _causes(error: BaseException) -> list[BaseException]:
    causes = []
    while (cause := error.__cause__) is not None:
        causes.append(cause)
        error = cause
    return causes


def _same_class(expected: str, error: BaseException) -> bool:
    return _simple_name(error) in (expected, _COUNTERPARTS.get(expected))


def _same_message(expected: str | None, error: BaseException) -> bool:
    return expected is None or "$$Lambda" in expected or _same_text(expected, str(error))
