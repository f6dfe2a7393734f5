"""What a sink reads: `topics` or `topics.regex`, and that its dead letter queue is not among them."""

from __future__ import annotations

from collections.abc import Mapping

from isthmus import ConfigDef, ConfigError
from isthmus.java_regex import JavaRegexError, compile_java_regex
from workers.connector_config import keys


def parse_topics_list(props: Mapping[str, str | None]) -> list[str]:
    """The topics of `topics`, each once, in order."""
    topics = ConfigDef.parse_type(keys.TOPICS, props.get(keys.TOPICS), ConfigDef.Type.LIST) or []
    return list(dict.fromkeys(topic for topic in topics if topic))


def sink_topic_errors(props: Mapping[str, str | None]) -> list[tuple[str, str | None, str]]:
    """What is wrong, as (key, its raw value, text)."""
    topics, regex = props.get(keys.TOPICS), props.get(keys.TOPICS_REGEX)
    if _has_text(topics) and _has_text(regex):
        both = f"{keys.TOPICS} and {keys.TOPICS_REGEX} are mutually exclusive options, but both are set."
        errors = [(keys.TOPICS, topics, both), (keys.TOPICS_REGEX, regex, both)]
    elif not _has_text(topics) and not _has_text(regex):
        none = f"Must configure one of {keys.TOPICS} or {keys.TOPICS_REGEX}"
        errors = [(keys.TOPICS, topics, none), (keys.TOPICS_REGEX, regex, none)]
    else:
        errors = []
    return errors + _dlq_errors(props)


def check_sink_topics(props: Mapping[str, str | None]) -> None:
    """Raises ConfigError with the first of `sink_topic_errors`. Called before a sink connector or task starts."""
    for name, value, message in sink_topic_errors(props):
        raise ConfigError(name, value, message)


def _dlq_errors(props: Mapping[str, str | None]) -> list[tuple[str, str | None, str]]:
    dlq_topic = (props.get(keys.DLQ_TOPIC) or "").strip()
    topics, regex = props.get(keys.TOPICS), props.get(keys.TOPICS_REGEX)
    errors: list[tuple[str, str | None, str]] = []
    if not dlq_topic:
        return errors
    names = parse_topics_list(props)
    if dlq_topic in names:
        message = (
            f"The DLQ topic '{dlq_topic}' may not be included in the list of topics "
            f"('{keys.TOPICS}=[{', '.join(names)}]') consumed by the connector"
        )
        errors.append((keys.TOPICS, topics, message))
    if regex is not None and _has_text(regex) and _matches(regex, dlq_topic):
        message = (
            f"The DLQ topic '{dlq_topic}' may not be matched by the regex for the topics "
            f"('{keys.TOPICS_REGEX}={regex}') consumed by the connector"
        )
        errors.append((keys.TOPICS_REGEX, regex, message))
    return errors


def _matches(regex: str, topic: str) -> bool:
    try:
        return compile_java_regex(regex).fullmatch(topic) is not None
    except JavaRegexError:
        return False  # the key's own validator says what is wrong with it


def _has_text(value: str | None) -> bool:
    return value is not None and value.strip() != ""
