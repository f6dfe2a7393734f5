"""A herder in memory for tests of the REST API: it keeps what it is told and answers by the rules of the interface.

It validates little (`connector.class` must be known, `topic` is required) and runs no connector: a connector counts as running
with one task from the moment it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workers.errors import BadRequestError, ConflictError, InternalError, NotFoundError
from workers.herder.interface import (
    Config,
    ConfigInfos,
    ConfigKey,
    ConnectorInfo,
    ConnectorPart,
    ConnectorStatus,
    Created,
    LoggerLevel,
    Offsets,
    PartitionOffset,
    Plugin,
    RequestTimeoutError,
    Signature,
    State,
    TargetState,
    TaskId,
    TaskInfo,
    TaskPart,
)

CLASSES: dict[str, Any] = {"FileStreamSource": "source", "FileStreamSink": "sink"}
STAGE = "The worker is currently starting the connector, which began at 2026-01-01T00:00:00Z."
TOPIC_KEY: ConfigKey = {
    "name": "topic",
    "type": "STRING",
    "required": True,
    "default_value": None,
    "importance": "HIGH",
    "documentation": "The topic",
    "group": None,
    "order_in_group": -1,
    "width": "NONE",
    "display_name": "topic",
    "dependents": [],
}


class MemoryHerder:
    """Implements `workers.herder.interface.Herder`. `busy` makes the herder's thread unable to answer."""

    def __init__(self, *, ready: bool = True, busy: bool = False) -> None:
        self.ready = ready
        self.busy = busy
        self.configs: dict[str, Config] = {}
        self.targets: dict[str, TargetState] = {}
        self.restarting: set[str] = set()
        self.topics: dict[str, list[str]] = {}
        self.offsets: dict[str, list[PartitionOffset]] = {}
        self.levels: dict[str, LoggerLevel] = {"root": {"level": "INFO", "last_modified": None}}

    def kafka_cluster_id(self) -> str | None:
        return "memory-cluster"

    def is_ready(self) -> bool:
        return self.ready

    def health_check(self, timeout_s: float) -> None:
        if self.busy or not self.ready:
            raise RequestTimeoutError(STAGE)

    def connectors(self) -> list[str]:
        return list(self.configs)

    def connector_info(self, connector: str) -> ConnectorInfo:
        config = self._known(connector)
        tasks: list[TaskId] = [] if self.targets[connector] == "STOPPED" else [{"connector": connector, "task": 0}]
        return {"name": connector, "config": config, "tasks": tasks, "type": CLASSES[config["connector.class"] or ""]}

    def connector_config(self, connector: str) -> Config:
        return self._known(connector)

    def put_connector_config(
        self, connector: str, config: Config, allow_replace: bool, initial_state: TargetState | None = None
    ) -> Created:
        self._check(config)
        created = connector not in self.configs
        if not created and not allow_replace:
            raise ConflictError(f"Connector {connector} already exists")
        self.configs[connector] = config
        self.targets.setdefault(connector, initial_state or "RUNNING")
        return {"created": created, "info": self.connector_info(connector)}

    def patch_connector_config(self, connector: str, patch: Config) -> ConnectorInfo:
        merged = {**self._known(connector), **patch}
        config: Config = {key: value for key, value in merged.items() if value is not None}
        return self.put_connector_config(connector, config, allow_replace=True)["info"]

    def delete_connector(self, connector: str) -> None:
        self._known(connector)
        del self.configs[connector], self.targets[connector]

    def connector_status(self, connector: str) -> ConnectorStatus:
        if connector not in self.configs:
            raise NotFoundError(f"No status found for connector {connector}")
        info = self.connector_info(connector)
        state: State = "RESTARTING" if connector in self.restarting else self.targets[connector]
        tasks = [self.task_status(connector, task["task"]) for task in info["tasks"]]
        part: ConnectorPart = {"state": state, "worker_id": "localhost:8083", "version": "1.0"}
        return {"name": connector, "connector": part, "tasks": tasks, "type": info["type"]}

    def task_status(self, connector: str, task: int) -> TaskPart:
        if connector not in self.configs or task != 0:
            raise NotFoundError(f"No status found for task {connector}-{task}")
        return {"id": task, "state": self.targets[connector], "worker_id": "localhost:8083", "version": "1.0"}

    def task_configs(self, connector: str) -> list[TaskInfo]:
        tasks = self.connector_info(connector)["tasks"]
        return [{"id": task, "config": {"task.class": "Task"}} for task in tasks]

    def pause_connector(self, connector: str) -> None:
        self._set_target(connector, "PAUSED")

    def resume_connector(self, connector: str) -> None:
        self._set_target(connector, "RUNNING")

    def stop_connector(self, connector: str) -> None:
        self._set_target(connector, "STOPPED")

    def restart_connector(self, connector: str) -> None:
        if connector not in self.configs:
            raise NotFoundError(f"Unknown connector: {connector}")

    def restart_connector_and_tasks(self, connector: str, include_tasks: bool, only_failed: bool) -> ConnectorStatus:
        self.restart_connector(connector)
        if not only_failed:
            self.restarting.add(connector)
        return self.connector_status(connector)

    def restart_task(self, connector: str, task: int) -> None:
        self.restart_connector(connector)
        if task != 0:
            raise NotFoundError(f"Task {connector}-{task} not found")

    def connector_active_topics(self, connector: str) -> list[str]:
        return self.topics.get(connector, [])

    def reset_connector_active_topics(self, connector: str) -> None:
        self.topics.pop(connector, None)

    def connector_offsets(self, connector: str) -> Offsets:
        self._known(connector)
        return {"offsets": self.offsets.get(connector, [])}

    def alter_connector_offsets(self, connector: str, offsets: Sequence[PartitionOffset]) -> str:
        self._require_stopped(connector)
        self.offsets[connector] = list(offsets)
        return "The offsets for this connector have been altered successfully"

    def reset_connector_offsets(self, connector: str) -> str:
        self._require_stopped(connector)
        self.offsets.pop(connector, None)
        return "The offsets for this connector have been reset successfully"

    def connector_plugins(self, connectors_only: bool) -> list[Plugin]:
        plugins: list[Plugin] = [{"class": name, "type": kind, "version": "1.0"} for name, kind in CLASSES.items()]
        return plugins if connectors_only else [*plugins, {"class": "JsonConverter", "type": "converter"}]

    def connector_plugin_config(self, plugin: str, version: str | None) -> list[ConfigKey]:
        if plugin not in CLASSES:
            raise NotFoundError(f"Unknown plugin {plugin}.")
        return [TOPIC_KEY]

    def validate_connector_config(self, config: Config) -> ConfigInfos:
        name = self._class_of(config)
        value = config.get("topic")
        errors = [] if value else ['Missing required configuration "topic" which has no default value.']
        return {
            "name": name,
            "error_count": len(errors),
            "groups": ["Common"],
            "configs": [
                {
                    "definition": TOPIC_KEY,
                    "value": {
                        "name": "topic",
                        "value": value,
                        "recommended_values": [],
                        "errors": errors,
                        "visible": True,
                    },
                }
            ],
        }

    def all_logger_levels(self) -> dict[str, LoggerLevel]:
        return dict(sorted(self.levels.items()))

    def logger_level(self, logger: str) -> LoggerLevel | None:
        return self.levels.get("root" if logger.lower() in ("root", "") else logger)

    def set_worker_logger_level(self, namespace: str, level: str) -> list[str]:
        below = [name for name in self.levels if name.startswith(f"{namespace}.")]
        changed = [name for name in (namespace, *below) if self._level(name) != level]
        self.levels.update({name: {"level": level, "last_modified": 1} for name in changed})
        return sorted(changed)

    def _level(self, name: str) -> str | None:
        return self.levels[name]["level"] if name in self.levels else None

    def set_cluster_logger_level(self, namespace: str, level: str) -> None:
        self.set_worker_logger_level(namespace, level)

    def put_task_configs(self, connector: str, configs: Sequence[Mapping[str, str]], signature: Signature) -> None:
        raise InternalError("Kafka Connect in standalone mode does not support externally setting task configurations.")

    def fence_zombies(self, connector: str, signature: Signature) -> None:
        raise InternalError("Kafka Connect in standalone mode does not support exactly-once source connectors.")

    def _known(self, connector: str) -> Config:
        if connector not in self.configs:
            raise NotFoundError(f"Connector {connector} not found")
        return self.configs[connector]

    def _set_target(self, connector: str, target: TargetState) -> None:
        if connector not in self.configs:
            raise NotFoundError(f"Unknown connector {connector}")
        self.targets[connector] = target

    def _require_stopped(self, connector: str) -> None:
        self._known(connector)
        if self.targets[connector] != "STOPPED":
            raise BadRequestError("Connectors must be in the STOPPED state before their offsets can be modified.")

    def _class_of(self, config: Config) -> str:
        name = config.get("connector.class")
        if name is None:
            raise BadRequestError("Connector config {} contains no connector type")
        if name not in CLASSES:
            raise BadRequestError(f"Failed to find any class that implements Connector and which name matches {name}")
        return name

    def _check(self, config: Config) -> None:
        infos = self.validate_connector_config(config)
        if infos["error_count"]:
            raise BadRequestError("Connector configuration is invalid and contains the following 1 error(s):")
