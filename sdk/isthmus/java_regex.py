r"""Regular expressions in Java's notation, for configuration values such as `topics.regex`.

Most patterns mean the same to Java and to Python's `re`. What differs and is common is translated: named groups,
`\Q...\E`, `\z`, `\Z`, POSIX and Java character classes, ASCII-only `\w`, `\d`, `\s` and `(?i)`. What cannot be translated
is refused rather than taken for something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_CLASSES: Final = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7F",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1F\x7F",
    "XDigit": "0-9a-fA-F",
    "Space": r" \t\n\x0B\f\r",
}
_ESCAPES: Final = {"z": r"\Z", "Z": r"(?=\n?\Z)", "R": r"(?:\r\n|[\n\x0B\f\r\x85\u2028\u2029])", "e": r"\x1B"}
_BLANKS: Final = {
    "h": r" \t\xA0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000",
    "v": r"\n\x0B\f\r\x85\u2028\u2029",
}
_DOTALL: Final = re.compile(r"\(\?[a-z]*s[a-z]*\)")
_NAMED_GROUP: Final = re.compile(r"\(\?<(?=[a-zA-Z])")
_FLAGS: Final = re.compile(r"\(\?([a-zA-Z]*)(-[a-zA-Z]*)?[:)]")
_REPETITION: Final = re.compile(r"\{\d+(,\d*)?(\})?")


class JavaRegexError(ValueError):
    """The pattern is wrong; the text says why, where, and repeats the pattern with a mark, as Java does."""

    def __init__(self, reason: str, index: int, pattern: str) -> None:
        place = f" near index {index}" if index >= 0 else ""
        mark = f"\n{' ' * index}^" if 0 <= index < len(pattern) else ""
        super().__init__(f"{reason}{place}\n{pattern}{mark}")


def compile_java_regex(pattern: str) -> re.Pattern[str]:
    """Compiles for use with `fullmatch` (Java's `matches`) or `search` (Java's `find`). Raises JavaRegexError."""
    translated = _Translation(pattern).run()
    try:
        return re.compile(translated, re.ASCII)
    except (re.error, OverflowError) as error:
        raise _as_java_error(pattern, str(error), getattr(error, "pos", None)) from error


class _Translation:
    """One walk over a pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._class_depth = 0
        self._is_dotall = _DOTALL.match(pattern) is not None
        self._out: list[str] = []

    def run(self) -> str:
        handlers: dict[str, Callable[[], None]] = {
            "\\": self._escape,
            "(": self._group,
            "{": self._repetition,
            "[": self._class_start,
            "]": self._class_end,
            "&": self._ampersand,
            ".": self._dot,
        }
        while self._at < len(self._pattern):
            handlers.get(self._pattern[self._at], self._plain)()
        return "".join(self._out)

    def _emit(self, text: str, consumed: int) -> None:
        self._out.append(text)
        self._at += consumed

    def _plain(self) -> None:
        self._emit(self._pattern[self._at], 1)

    def _escape(self) -> None:
        following = self._pattern[self._at + 1 : self._at + 2]
        if not following:
            raise JavaRegexError("Unexpected internal error", self._at + 1, self._pattern)
        if following == "Q":
            self._quotation()
        elif following in "pP":
            self._property(negated=following == "P")
        elif following in _BLANKS:
            self._emit(_BLANKS[following] if self._class_depth else f"[{_BLANKS[following]}]", 2)
        elif following == "0":
            raise JavaRegexError("Unsupported octal escape sequence", self._at, self._pattern)
        elif following == "k":
            self._back_reference()
        elif following in _ESCAPES and not self._class_depth:
            self._emit(_ESCAPES[following], 2)
        else:
            self._emit(f"\\{following}", 2)

    def _quotation(self) -> None:
        end = self._pattern.find("\\E", self._at + 2)
        quoted = self._pattern[self._at + 2 :] if end < 0 else self._pattern[self._at + 2 : end]
        self._emit(re.escape(quoted), len(quoted) + (2 if end < 0 else 4))

    def _property(self, negated: bool) -> None:
        match = re.compile(r"\\[pP]\{(\w+)\}").match(self._pattern, self._at)
        name = match[1].removeprefix("Is") if match else ""
        if match is None or name not in _CLASSES or (negated and self._class_depth):
            raise JavaRegexError("Unsupported character class", self._at, self._pattern)
        members = _CLASSES[name]
        self._emit(members if self._class_depth else f"[{'^' if negated else ''}{members}]", len(match[0]))

    def _back_reference(self) -> None:
        match = re.compile(r"\\k<(\w+)>").match(self._pattern, self._at)
        if match is None:
            raise JavaRegexError("\\k is not followed by '<' for named capturing group", self._at + 2, self._pattern)
        self._emit(f"(?P={match[1]})", len(match[0]))

    def _group(self) -> None:
        if self._class_depth:
            self._emit("\\(", 1)
        elif _NAMED_GROUP.match(self._pattern, self._at):
            self._emit("(?P<", 3)
        else:
            self._check_modifier()
            self._emit("(", 1)

    def _check_modifier(self) -> None:
        """Python's own groups are none of Java's, and of some flags the two have different ideas."""
        if self._pattern.startswith(("(?P", "(?#", "(?("), self._at):
            raise JavaRegexError("Unknown inline modifier", self._at + 2, self._pattern)
        flags = _FLAGS.match(self._pattern, self._at)
        if flags is None:
            return
        is_translated = self._at == 0 and flags[0].endswith(")") and not flags[2]
        if set(flags[1]) - set("imxs" if is_translated else "imx") or "s" in (flags[2] or ""):
            raise JavaRegexError("Unsupported inline modifier", self._at + 2, self._pattern)

    def _repetition(self) -> None:
        match = _REPETITION.match(self._pattern, self._at)
        if self._class_depth:
            self._plain()
        elif match is None:
            raise JavaRegexError("Illegal repetition", self._at + 1, self._pattern)
        elif match[2] is None:
            raise JavaRegexError("Unclosed counted closure", match.end(), self._pattern)
        else:
            self._emit(match[0], len(match[0]))

    def _class_start(self) -> None:
        if self._class_depth:
            raise JavaRegexError("Unsupported nested character class", self._at, self._pattern)
        self._class_depth = 1
        match = re.compile(r"(\[\^?)(\]?)").match(self._pattern, self._at)
        assert match is not None  # the walk stands on a "["
        self._emit(match[1] + ("\\]" if match[2] else ""), len(match[0]))  # right after "[" a "]" is a member

    def _class_end(self) -> None:
        self._class_depth = 0
        self._emit("]", 1)

    def _ampersand(self) -> None:
        if self._class_depth and self._pattern.startswith("&&", self._at):
            raise JavaRegexError("Unsupported character class intersection", self._at, self._pattern)
        self._plain()

    def _dot(self) -> None:
        # To Java a dot is none of several line terminators, to Python only not a line feed.
        self._emit("." if self._class_depth or self._is_dotall else r"[^\n\r\x85\u2028\u2029]", 1)


def _as_java_error(pattern: str, reason: str, position: int | None) -> JavaRegexError:
    """Java's words for the commonest mistakes; positions within the translation would tell the reader nothing."""
    if "unterminated subpattern" in reason:
        return JavaRegexError("Unclosed group", len(pattern), pattern)
    if "unterminated character set" in reason:
        return JavaRegexError("Unclosed character class", len(pattern) - 1, pattern)
    if "unbalanced parenthesis" in reason:
        return JavaRegexError("Unmatched closing ')'", pattern.rfind(")") - 1, pattern)
    if ("nothing to repeat" in reason or "multiple repeat" in reason) and position is not None:
        index = next((i for i, char in enumerate(pattern) if char in "*+?"), 0)
        return JavaRegexError(f"Dangling meta character '{pattern[index]}'", index, pattern)
    return JavaRegexError(reason.partition(" at position")[0].capitalize(), len(pattern), pattern)
