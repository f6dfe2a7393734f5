"""Reads a worker's property file: placeholders, all errors at once, warnings. Called once, at the start of a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

import javaproperties

from isthmus import ConfigDef
from isthmus.errors import ConfigError
from workers.clients import layers
from workers.clients.translation import TABLE, ClientConfigError
from workers.config.listeners import parse_listener
from workers.config.worker_config import DistributedConfig, StandaloneConfig, WorkerConfig
from workers.config_providers import ConfigTransformer, ProviderLoader, configured_providers
from workers.config_providers.config_transformer import has_placeholder
from workers.config_providers.providers import built_in
from workers.errors import WorkerConfigError

KnownClass = Callable[[str], bool]
VersionError = Callable[[str, str], str | None]
Config = TypeVar("Config", bound=WorkerConfig)

CLASS_KEYS = ("key.converter", "value.converter", "header.converter")
FREE_PREFIXES = (
    "producer.",
    "consumer.",
    "admin.",
    "key.converter.",
    "value.converter.",
    "header.converter.",
    "config.providers.",
    "listeners.https.",
    "admin.listeners.https.",
    "metrics.context.",
    "rest.extension.",
)
TOPIC_PREFIXES = ("config.storage.", "offset.storage.", "status.storage.")
OTHER_KEYS = frozenset({"connector.client.config.override.allowlist"})
SIGNATURE = "inter.worker.signature.algorithm"
VERIFICATION = "inter.worker.verification.algorithms"
REMOVED = ("internal.key.converter", "internal.value.converter")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Config]):
    """A configuration that may be used, and what its user should know of it."""

    config: Config
    warnings: list[str]


def load_properties(path: str | Path) -> dict[str, str]:
    """A property file in Java's syntax: ISO-8859-1 with \\u escapes. WorkerConfigError when it cannot be read."""
    try:
        with Path(path).open(encoding="iso-8859-1") as file:
            return dict(javaproperties.load(file))
    except OSError as error:
        raise WorkerConfigError([f"The property file {path} cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise WorkerConfigError([f"The property file {path} has a \\u escape that is none"]) from error


def load_worker_config(
    kind: type[Config],
    props: Mapping[str, str],
    *,
    is_known_class: KnownClass | None = None,
    version_error: VersionError | None = None,
    is_known_provider: KnownClass | None = None,
    load_provider: ProviderLoader = built_in,
) -> Loaded[Config]:
    """Checks everything that can be known before the worker starts.

    `is_known_class` tells whether a converter answers to a name, `version_error` what is wrong with its version, and
    `is_known_provider` whether a configuration provider answers to a name. WorkerConfigError with all errors, each naming its key.
    """
    resolved, errors = _resolved(props, load_provider, is_known_provider)
    values, wrong = kind.check(resolved)
    # What could not be resolved is no number either: one error for it is enough.
    errors += [_naming(name, text) for name, text in wrong.items() if not has_placeholder(resolved.get(name))]
    errors += _further_errors(values, resolved, is_known_class)
    errors += _version_errors(values, version_error) if version_error is not None else ()
    own_clients, of_own_clients = _of_own_clients(resolved, wrong)
    errors += own_clients
    if errors:
        raise WorkerConfigError(errors)
    return Loaded(kind(resolved, values), [*_warnings(kind, props, resolved), *of_own_clients])


def _resolved(
    props: Mapping[str, str], load_provider: ProviderLoader, is_known_provider: KnownClass | None
) -> tuple[dict[str, str], list[str]]:
    """The worker's file with its placeholders replaced, and what is wrong with its providers.

    A provider that is a plug-in runs in plug-in processes only. It serves the configurations of connectors, not this file.
    """
    try:
        own = _providers_of_this_file(props, load_provider, is_known_provider)
        transformer = ConfigTransformer(
            configured_providers({**props, "config.providers": ",".join(own)}, load_provider)
        )
        found = transformer.transform(props).data
        transformer.close()
    except ConfigError as error:
        return dict(props), [str(error)]
    return {name: text for name, text in found.items() if text is not None}, []


def _providers_of_this_file(
    props: Mapping[str, str], load_provider: ProviderLoader, is_known_provider: KnownClass | None
) -> list[str]:
    names: list[str] = (
        ConfigDef.parse_type("config.providers", props.get("config.providers"), ConfigDef.Type.LIST) or []
    )
    return [name for name in names if not _is_plugin(name, props, load_provider, is_known_provider)]


def _is_plugin(
    name: str, props: Mapping[str, str], load_provider: ProviderLoader, is_known_provider: KnownClass | None
) -> bool:
    """Whether it is not one of our own, is there (as far as that is known yet), and is not needed for this file."""
    class_name = (props.get(f"config.providers.{name}.class") or "").strip()
    try:
        load_provider(class_name)
    except (LookupError, ImportError):
        is_used_here = any(f"${{{name}:" in text for text in props.values())
        return not is_used_here and (is_known_provider is None or is_known_provider(class_name))
    return False


def _of_own_clients(props: Mapping[str, str], wrong: Mapping[str, str]) -> tuple[list[str], tuple[str, ...]]:
    """Errors and warnings of the settings that the worker's own Kafka clients get; stores that they name are read."""
    sound = {
        name: text
        for name, text in props.items()
        # Those of metrics are about the worker's own.
        if name not in wrong and not has_placeholder(text) and not name.startswith("metric")
    }
    try:
        return [], layers.worker_admin_config(sound).warnings
    except ClientConfigError as error:
        return error.errors, ()


def _naming(name: str, text: str) -> str:
    """Some of Java's texts do not say which key they are about."""
    return text if name in text else f"{name}: {text}"


def _further_errors(
    values: Mapping[str, Any], props: Mapping[str, str], is_known_class: KnownClass | None
) -> Iterator[str]:
    """What Java would only find out later, while it starts. Keys that are wrong already are not among `values`."""
    for name in ("listeners", "admin.listeners"):
        yield from _listener_errors(name, values.get(name) or [])
    for name in CLASS_KEYS:
        if name in props and is_known_class is not None and not is_known_class(values[name]):
            yield str(ConfigError(name, props[name], f"Class {props[name]} could not be found."))
    signature, accepted = values.get(SIGNATURE), values.get(VERIFICATION)
    if signature is not None and accepted is not None and signature not in accepted:
        yield str(ConfigError(SIGNATURE, signature, f"Signature algorithm must be present in {VERIFICATION} list"))


def _version_errors(values: Mapping[str, Any], version_error: VersionError) -> Iterator[str]:
    for name in CLASS_KEYS:
        version = values.get(f"{name}.plugin.version")
        if version is not None and name in values and (text := version_error(values[name], version)) is not None:
            yield f"{name}.plugin.version: {text}"


def _listener_errors(name: str, urls: list[str]) -> Iterator[str]:
    for url in urls:
        try:
            parse_listener(url)
        except ConfigError as error:
            yield str(ConfigError(name, url, str(error)))


def _warnings(kind: type[WorkerConfig], raw: Mapping[str, str], resolved: Mapping[str, str]) -> Iterator[str]:
    removed = [name for name in resolved if name in REMOVED or name.startswith(tuple(f"{key}." for key in REMOVED))]
    if removed:
        yield f"{', '.join(removed)}: internal converters cannot be chosen, state is always kept as JSON without schemas"
    if raw.get("plugin.path") != resolved.get("plugin.path"):
        yield "plugin.path: placeholders are not resolved there, plug-ins are looked for in the path as it is written"
    if resolved.get("connector.client.config.override.policy", "").strip().startswith("Principal"):
        yield "connector.client.config.override.policy=Principal is deprecated, Allowlist takes its place"
    for name in resolved:
        if name not in removed and not _is_known(kind, name):
            yield _unknown(kind, name)


def _is_known(kind: type[WorkerConfig], name: str) -> bool:
    return (
        name in kind.CONFIG_DEF.config_keys
        or name in OTHER_KEYS
        or name in TABLE["admin"]  # the worker's own clients take these
        or name.startswith(FREE_PREFIXES)
        or (kind is DistributedConfig and name.startswith(TOPIC_PREFIXES))
    )


def _unknown(kind: type[WorkerConfig], name: str) -> str:
    if name in DistributedConfig.CONFIG_DEF.config_keys or name.startswith(TOPIC_PREFIXES):
        return f"{name} has no effect: only distributed workers have it"
    if name in StandaloneConfig.CONFIG_DEF.config_keys:
        return f"{name} has no effect: only standalone workers have it"
    near = get_close_matches(name, kind.CONFIG_DEF.config_keys, n=1, cutoff=0.85)
    return f"{name} is not a setting of a worker, it has no effect{f' (did you mean {near[0]}?)' if near else ''}"
