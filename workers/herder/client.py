"""The herder as the REST process sees it: the same interface, answered by the worker over its Unix socket.

Thread-safe; each request has a connection of its own while it runs. Every method raises what the herder raised, a
RequestTimeoutError when it does not answer in time, or HerderUnreachableError.
"""

from __future__ import annotations

import queue
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workers.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    InternalError,
    NotFoundError,
    RequestError,
)
from workers.herder.interface import (
    HEALTH_TIMEOUT_S,
    REQUEST_TIMEOUT_S,
    Config,
    ConfigInfos,
    ConfigKey,
    ConnectorInfo,
    ConnectorStatus,
    Created,
    HerderUnreachableError,
    LoggerLevel,
    Offsets,
    PartitionOffset,
    Plugin,
    RequestTimeoutError,
    Signature,
    TargetState,
    TaskInfo,
    TaskPart,
)
from workers.processes.framing import FrameBuffer, Message, encode

_ERRORS: Mapping[str, type[RequestError]] = {
    cls.__name__: cls for cls in (BadRequestError, ForbiddenError, NotFoundError, ConflictError, InternalError)
}
_CHUNK_BYTES = 1 << 16
# The herder keeps the time of a request, since it knows what it is busy with; the client's own limit is for a herder that is stuck.
_MARGIN_S = 5.0
_QUICK_S = 10.0
_RETRY_S = 0.05


class HerderClient:
    """Implements workers.herder.interface.Herder."""

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._idle: queue.LifoQueue[socket.socket] = queue.LifoQueue()
        self._was_ready = False
        self._cluster_id: str | None = None

    # The worker

    def kafka_cluster_id(self) -> str | None:
        """Asked until it is known: who wants to see that this process lives need not wait for a worker that is stuck."""
        self._cluster_id = self._cluster_id or self._call("kafka_cluster_id", timeout_s=_QUICK_S)
        return self._cluster_id

    def is_ready(self) -> bool:
        """A worker that was ready once stays it, so that one that does not answer any more counts as unhealthy, not as starting."""
        self._was_ready = self._was_ready or bool(self._call("is_ready", timeout_s=_QUICK_S))
        return self._was_ready

    def health_check(self, timeout_s: float = HEALTH_TIMEOUT_S) -> None:
        self._call("health_check", {"timeout_s": timeout_s}, timeout_s=timeout_s)
        self._was_ready = True

    # Connectors

    def connectors(self) -> list[str]:
        names: list[str] = self._call("connectors")
        return names

    def connector_info(self, connector: str) -> ConnectorInfo:
        info: ConnectorInfo = self._call("connector_info", {"connector": connector})
        return info

    def connector_config(self, connector: str) -> Config:
        config: Config = self._call("connector_config", {"connector": connector})
        return config

    def put_connector_config(
        self, connector: str, config: Config, allow_replace: bool, initial_state: TargetState | None = None
    ) -> Created:
        args = {
            "connector": connector,
            "config": config,
            "allow_replace": allow_replace,
            "initial_state": initial_state,
        }
        created: Created = self._call("put_connector_config", args)
        return created

    def patch_connector_config(self, connector: str, patch: Config) -> ConnectorInfo:
        info: ConnectorInfo = self._call("patch_connector_config", {"connector": connector, "patch": patch})
        return info

    def delete_connector(self, connector: str) -> None:
        self._call("delete_connector", {"connector": connector})

    def connector_status(self, connector: str) -> ConnectorStatus:
        status: ConnectorStatus = self._call("connector_status", {"connector": connector})
        return status

    def task_status(self, connector: str, task: int) -> TaskPart:
        status: TaskPart = self._call("task_status", {"connector": connector, "task": task})
        return status

    def task_configs(self, connector: str) -> list[TaskInfo]:
        configs: list[TaskInfo] = self._call("task_configs", {"connector": connector})
        return configs

    def pause_connector(self, connector: str) -> None:
        self._call("pause_connector", {"connector": connector})

    def resume_connector(self, connector: str) -> None:
        self._call("resume_connector", {"connector": connector})

    def stop_connector(self, connector: str) -> None:
        self._call("stop_connector", {"connector": connector})

    def restart_connector(self, connector: str) -> None:
        self._call("restart_connector", {"connector": connector})

    def restart_connector_and_tasks(self, connector: str, include_tasks: bool, only_failed: bool) -> ConnectorStatus:
        args = {"connector": connector, "include_tasks": include_tasks, "only_failed": only_failed}
        status: ConnectorStatus = self._call("restart_connector_and_tasks", args)
        return status

    def restart_task(self, connector: str, task: int) -> None:
        self._call("restart_task", {"connector": connector, "task": task})

    def connector_active_topics(self, connector: str) -> list[str]:
        topics: list[str] = self._call("connector_active_topics", {"connector": connector})
        return topics

    def reset_connector_active_topics(self, connector: str) -> None:
        self._call("reset_connector_active_topics", {"connector": connector})

    # Offsets

    def connector_offsets(self, connector: str) -> Offsets:
        offsets: Offsets = self._call("connector_offsets", {"connector": connector})
        return offsets

    def alter_connector_offsets(self, connector: str, offsets: Sequence[PartitionOffset]) -> str:
        return str(self._call("alter_connector_offsets", {"connector": connector, "offsets": list(offsets)}))

    def reset_connector_offsets(self, connector: str) -> str:
        return str(self._call("reset_connector_offsets", {"connector": connector}))

    # Plug-ins

    def connector_plugins(self, connectors_only: bool) -> list[Plugin]:
        plugins: list[Plugin] = self._call("connector_plugins", {"connectors_only": connectors_only})
        return plugins

    def connector_plugin_config(self, plugin: str, version: str | None) -> list[ConfigKey]:
        keys: list[ConfigKey] = self._call("connector_plugin_config", {"plugin": plugin, "version": version})
        return keys

    def validate_connector_config(self, config: Config) -> ConfigInfos:
        infos: ConfigInfos = self._call("validate_connector_config", {"config": config})
        return infos

    # Loggers

    def all_logger_levels(self) -> dict[str, LoggerLevel]:
        levels: dict[str, LoggerLevel] = self._call("all_logger_levels")
        return levels

    def logger_level(self, logger: str) -> LoggerLevel | None:
        level: LoggerLevel | None = self._call("logger_level", {"logger": logger})
        return level

    def set_worker_logger_level(self, namespace: str, level: str) -> list[str]:
        names: list[str] = self._call("set_worker_logger_level", {"namespace": namespace, "level": level})
        return names

    def set_cluster_logger_level(self, namespace: str, level: str) -> None:
        self._call("set_cluster_logger_level", {"namespace": namespace, "level": level})

    # Requests of other workers

    def put_task_configs(self, connector: str, configs: Sequence[Mapping[str, str]], signature: Signature) -> None:
        self._call("put_task_configs", {"connector": connector, "configs": list(configs), "signature": signature})

    def fence_zombies(self, connector: str, signature: Signature) -> None:
        self._call("fence_zombies", {"connector": connector, "signature": signature})

    # Connections

    def close(self) -> None:
        """Closes the connections that no request uses."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    def _call(self, op: str, args: Mapping[str, Any] | None = None, *, timeout_s: float = REQUEST_TIMEOUT_S) -> Any:
        frame = _encoded({"op": op, "args": args or {}})
        deadline = time.monotonic() + timeout_s + _MARGIN_S
        connection = self._connection(deadline)
        try:
            connection.settimeout(_left(deadline))
            connection.sendall(frame)
            answer = _receive(connection, deadline)
        except TimeoutError as error:
            connection.close()
            raise RequestTimeoutError from error
        except OSError as error:
            connection.close()
            raise HerderUnreachableError(f"The worker did not answer: {error}") from error
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        if "error" in answer:
            raise _error(answer["error"])
        return answer["result"]

    def _connection(self, deadline: float) -> socket.socket:
        """One that is idle, or a new one; a worker that is only just starting is waited for."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._connect(deadline)

    def _connect(self, deadline: float) -> socket.socket:
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(_left(deadline))
            try:
                connection.connect(self._path)
            except OSError as error:
                connection.close()
                if time.monotonic() + _RETRY_S > deadline:
                    raise HerderUnreachableError(f"The worker cannot be reached: {error}") from error
                time.sleep(_RETRY_S)
            else:
                return connection


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


def _encoded(message: Message) -> bytes:
    try:
        return encode(message)
    except TypeError as error:
        # What JSON can say and Kafka cannot store: half a surrogate pair, a number of more than 64 bits.
        raise BadRequestError(f"The request holds a value that cannot be used: {error}") from error


def _receive(connection: socket.socket, deadline: float) -> Message:
    frames = FrameBuffer()
    while True:
        connection.settimeout(_left(deadline))
        chunk = connection.recv(_CHUNK_BYTES)
        if not chunk:
            raise ConnectionError("it has closed the connection")
        for message in frames.feed(chunk):
            return message


def _error(data: Mapping[str, Any]) -> RequestError:
    if data["type"] == RequestTimeoutError.__name__:
        return RequestTimeoutError(data["stage"])
    return _ERRORS.get(data["type"], InternalError)(data["message"])
