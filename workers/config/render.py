"""Writes docs/configuration.md from the declarations: `python -m workers.config.render`. A test keeps the file current."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from isthmus.config_def import ConfigDef, ConfigKey, convert_to_string
from workers.clients.setting import Fate, Setting
from workers.clients.translation import ALL_SETTINGS
from workers.config.worker_config import StandaloneConfig
from workers.connector_config.definitions import (
    connector_config_def,
    sink_connector_config_def,
    source_connector_config_def,
)

FILE = Path(__file__).parents[2] / "docs" / "configuration.md"

INTRODUCTION = """\
# Configuration

<!-- Written by `python -m workers.config.render` from the declarations in the code: change those, then run it. -->

Names, types, defaults and meanings are Kafka Connect's. Property files are in Java's syntax (`key=value`, `\\` at the end of
a line goes on with the next one, `\\u00e9` escapes). All errors of a file are reported at once, each with its key. In a
worker's file a key that has no effect is a warning, and so is a client setting without effect anywhere; any other key of a connector
that nobody reads is passed over in silence, as in Java, since it may be one of the plug-in's own.

`${provider:path:key}` is replaced by what a configuration provider gives: in a worker's file when it is read (except in
`plugin.path`), in a connector's configuration right before it is used; what is stored and shown keeps the placeholder.
Built in are `FileConfigProvider` (keys of a property file; parameter `allowed.paths`), `DirectoryConfigProvider` (a folder
with a file for each key; `allowed.paths`) and `EnvVarConfigProvider` (`${env:NAME}`; `allowlist.pattern`), all by their Java
names in `org.apache.kafka.common.config.provider`.
"""

WORKER = """\
## Worker

Besides these keys a worker takes, without a prefix, the settings of its own Kafka clients (`security.protocol` and the like),
settings of the clients of connectors below `producer.`, `consumer.` and `admin.` (see the last section), settings of
converters below `key.converter.`, `value.converter.` and `header.converter.`, of providers below `config.providers.<name>.`,
and TLS settings of the REST server below `listeners.https.` and `admin.listeners.https.` (where there are none, the plain
`ssl.` ones are used).
"""

CONNECTOR = """\
## Connectors

Keys of every connector; `transforms.<alias>.`, `predicates.<alias>.`, `topic.creation.<group>.` and the prefixes of converters
have further keys of their own.
"""

CLIENTS = """\
## Settings of Kafka clients

Clients are configured with the names and values of Kafka's Java clients; what works underneath is librdkafka. For the clients of
connectors three layers apply, the later wins: what Connect sets itself, the worker's `producer.`, `consumer.` or `admin.` settings,
the connector's `producer.override.`, `consumer.override.` or `admin.override.` ones as far as
`connector.client.config.override.policy` allows them. Admin clients also take the worker's settings without a prefix.

Connect itself sets for producers `acks=all`, `enable.idempotence=false`, `max.in.flight.requests.per.connection=1`,
`delivery.timeout.ms=2147483647` and `max.block.ms=9223372036854775807`, for consumers `group.id=connect-<connector>`,
`auto.offset.reset=earliest` and `enable.auto.commit=false`, and for all a `client.id`. Isthmus adds, where librdkafka's defaults
differ from Java's in what a user would see: `partitioner=murmur2_random`, `isolation.level=read_uncommitted`,
`allow.auto.create.topics=true`, `check.crcs=true`, `partition.assignment.strategy=range`, reconnection within a second; and, for
speed, `fetch.queue.backoff.ms=10`, `queued.max.messages.kbytes=32768`, `queue.buffering.max.kbytes=32768`.

What becomes of each setting of Kafka 4.3 (P producer, C consumer, A admin client); a value outside of librdkafka's range is moved
into it with a warning, and a key that is not in this list is a warning. Settings of TLS and logins count only where
`security.protocol` uses them.
"""


def render() -> str:
    """The whole file."""
    common = connector_config_def()
    parts = [
        INTRODUCTION,
        WORKER,
        _keys(StandaloneConfig.CONFIG_DEF.config_keys.values()),
        CONNECTOR,
        _keys(common.config_keys.values()),
        "### Source connectors\n",
        _keys(_added(source_connector_config_def(), common)),
        "### Sink connectors\n",
        _keys(_added(sink_connector_config_def(), common)),
        CLIENTS,
        _client_settings(),
    ]
    return "\n".join(parts)


def _added(config: ConfigDef, base: ConfigDef) -> Iterator[ConfigKey]:
    return (key for name, key in config.config_keys.items() if name not in base.config_keys)


def _keys(keys: Iterable[ConfigKey]) -> str:
    """A table of keys: required ones first, the rest in the order of their definition."""
    rows = [
        (f"`{key.name}`", str(key.type).lower(), _default(key), _valid(key), key.documentation)
        for key in sorted(keys, key=lambda key: key.has_default)
        if not key.is_internal
    ]
    return _table(("key", "type", "default", "valid values", "meaning"), rows)


def _default(key: ConfigKey) -> str:
    if not key.has_default:
        return "**required**"
    text = convert_to_string(key.default_value, key.type)
    return "" if text is None else f"`{text}`" if text else "empty"


def _valid(key: ConfigKey) -> str:
    return "" if key.validator is None else str(key.validator)


def _client_settings() -> str:
    rows = [
        (
            f"`{setting.name}`",
            "".join(client[0].upper() for client in setting.clients),
            setting.fate.value,
            _note(setting),
        )
        for setting in sorted(ALL_SETTINGS, key=lambda setting: setting.name)
    ]
    return _table(("setting", "clients", "what becomes of it", "how, or why not"), rows)


def _note(setting: Setting) -> str:
    return setting.note or ("under the same name" if setting.fate is Fate.TRANSLATED else "")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def main() -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(render(), encoding="utf-8")
    print(f"{FILE} is current", file=sys.stderr)


if __name__ == "__main__":
    main()
