"""Declarations and findings in the form in which REST answers them (Connect's ConfigKeyInfo, ConfigValueInfo)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from isthmus import ConfigDef, ConfigKey, ConfigValue
from workers.herder import interface
from workers.validation.redaction import Redaction


@dataclass(frozen=True, slots=True)
class Part:
    """The findings of one part of the validation, to be put together in Connect's order."""

    error_count: int
    groups: Sequence[str]
    entries: Sequence[interface.ConfigEntry]


def connector_part(
    definitions: Mapping[str, ConfigKey], groups: Sequence[str], values: Iterable[ConfigValue], redaction: Redaction
) -> Part:
    """Framework and connector keys: first findings about keys that nobody declared, then every declared key.

    Of two findings about one key the later one counts, which is the connector's own. Each text counts as an error.
    """
    by_name: dict[str, ConfigValue] = {}
    undeclared: list[interface.ConfigEntry] = []
    error_count = 0
    for raw_value in values:
        value = redaction.of(raw_value)
        by_name[value.name] = value
        if value.name not in definitions:
            undeclared.append({"definition": None, "value": render_value(value, None)})
            error_count += len(value.error_messages)
    declared: list[interface.ConfigEntry] = []
    for name, key in definitions.items():
        found = by_name.get(name)
        declared.append({"definition": render_key(key), "value": render_value(found, key.type) if found else None})
        error_count += len(found.error_messages) if found else 0
    return Part(error_count, groups, undeclared + declared)


def prefixed_part(
    definitions: Mapping[str, ConfigKey], values: Iterable[ConfigValue], prefix: str, redaction: Redaction
) -> Part:
    """Keys of a converter or a client, shown with their prefix. Each key with errors counts as one error."""
    entries: list[interface.ConfigEntry] = []
    groups: dict[str, None] = {}
    error_count = 0
    for value in values:
        key = definitions.get(value.name)
        if key is not None and key.group is not None:
            groups[key.group] = None
        shown = redaction.of(
            ConfigValue(prefix + value.name, value.value, value.recommended_values, value.error_messages)
        )
        error_count += bool(shown.error_messages)
        entries.append(
            {
                "definition": render_key(key, prefix) if key is not None else None,
                "value": render_value(shown, key.type if key is not None else None),
            }
        )
    return Part(error_count, list(groups), entries)


def merged(name: str, parts: Iterable[Part | None]) -> interface.ConfigInfos:
    present = [part for part in parts if part is not None]
    return {
        "name": name,
        "error_count": sum(part.error_count for part in present),
        "groups": list(dict.fromkeys(group for part in present for group in part.groups)),
        "configs": [entry for part in present for entry in part.entries],
    }


def render_key(key: ConfigKey, prefix: str = "") -> interface.ConfigKey:
    return {
        "name": prefix + key.name,
        "type": str(key.type),
        "required": not key.has_default,
        "default_value": ConfigDef.convert_to_string(key.default_value, key.type) if key.has_default else None,
        "importance": str(key.importance),
        "documentation": key.documentation,
        "group": key.group,
        "order_in_group": key.order_in_group,
        "width": str(key.width),
        "display_name": key.display_name,
        "dependents": list(key.dependents),
    }


def render_value(value: ConfigValue, type_: ConfigDef.Type | None) -> interface.ConfigValueInfo:
    element_type = ConfigDef.Type.STRING if type_ is ConfigDef.Type.LIST else type_
    recommended = [ConfigDef.convert_to_string(item, element_type) for item in value.recommended_values]
    return {
        "name": value.name,
        "value": ConfigDef.convert_to_string(value.value, type_),
        "recommended_values": [text for text in recommended if text is not None],
        "errors": list(value.error_messages),
        "visible": value.visible,
    }
