"""The herder of a worker that is alone: it decides by itself and keeps configurations and statuses in memory.

Connect: StandaloneHerder. Every change runs on the herder's thread; user code never does, so that thread waits for the end
of processes only, for a bounded time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from workers.errors import BadRequestError, ConflictError, InternalError, NotFoundError
from workers.herder.base_herder import BaseHerder
from workers.herder.interface import (
    REQUEST_TIMEOUT_S,
    Config,
    ConnectorInfo,
    ConnectorStatus,
    Created,
    PartitionOffset,
    Signature,
    TargetState,
)
from workers.herder.process_trace import trace_of_error
from workers.herder.worker import WorkerSettings
from workers.plugins.registry import PluginRegistry
from workers.processes.supervisor import Supervisor
from workers.storage import config_store
from workers.storage.config_store import ConfigListener, ConfigStore, ConnectorTaskId
from workers.storage.offset_store import OffsetStore
from workers.storage.status_store import StatusStore

log = logging.getLogger(__name__)

_TARGETS: Mapping[TargetState, config_store.TargetState] = {
    "RUNNING": config_store.TargetState.STARTED,
    "PAUSED": config_store.TargetState.PAUSED,
    "STOPPED": config_store.TargetState.STOPPED,
}
_FIRST_RETRY_S = 0.25
_LONGEST_RETRY_S = 60.0
_MUST_BE_STOPPED = (
    "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified "
    "connector by issuing a 'PUT' request to the '/connectors/{}/stop' endpoint"
)


class StandaloneHerder(BaseHerder, ConfigListener):
    """Implements workers.herder.interface.Herder, and listens to its configuration store."""

    def __init__(
        self,
        supervisor: Supervisor,
        worker_id: str,
        configs: ConfigStore,
        statuses: StatusStore,
        offsets: OffsetStore,
        *,
        topic_tracking: bool = True,
    ) -> None:
        super().__init__(supervisor, worker_id, configs, statuses, offsets, topic_tracking=topic_tracking)
        self._is_stopped = False
        self._retry_delays_s: dict[str, float] = {}
        self._expiries: dict[tuple[str, str], Future[Any]] = {}

    # ---- start and end of the worker --------------------------------------------------------------------------------

    def launch(self, settings: WorkerSettings, plugins: PluginRegistry) -> None:
        """Starts the herder; from then on connectors can be created."""
        self._config_store.start(self)
        self._status_store.start()
        self._launch(settings, plugins)
        log.info("Herder started")

    def mark_ready(self) -> None:
        """The connectors of the command line exist: the worker is healthy from now on."""
        self._is_ready.set()

    def stop(self) -> None:
        """Stops all tasks, then all connectors, then the thread; blocks for a bounded time. A second call does nothing."""
        if self._is_stopped:
            return
        self._is_stopped = True
        log.info("Herder stopping")
        if self._launched.done():
            self._thread.submit(self._stop_everything).result()
        self._thread.stop(timeout_s=5.0)
        self._config_store.stop()
        self._status_store.stop()
        self._offset_store.stop()
        log.info("Herder stopped")

    def _stop_everything(self) -> None:
        worker = self._launched.result()
        worker.stop_tasks(worker.tasks())
        worker.stop_connectors(worker.connectors())

    # ---- create, replace, remove --------------------------------------------------------------------------------------

    def put_connector_config(
        self, connector: str, config: Config, allow_replace: bool, initial_state: TargetState | None = None
    ) -> Created:
        begun = time.monotonic()
        self._plugin_calls.require_valid(config)
        target = _TARGETS[initial_state] if initial_state is not None else None
        done: Future[Created] = Future()
        self._submit(done, lambda: self._put(connector, config, target, allow_replace, done))
        return self._in_time(done, connector, REQUEST_TIMEOUT_S - (time.monotonic() - begun))

    def patch_connector_config(self, connector: str, patch: Config) -> ConnectorInfo:
        merged = {**self.connector_config(connector), **patch}
        config = {key: value for key, value in merged.items() if key not in patch or value is not None}
        return self.put_connector_config(connector, config, allow_replace=True)["info"]

    def delete_connector(self, connector: str) -> None:
        def delete() -> None:
            self._require(connector)
            self._remove_tasks(connector)
            self.worker.stop_connector(connector)
            self._config_store.remove_connector_config(connector)
            self._statuses.remove_connector(connector)

        self._call(delete, f"stopping connector {connector}")

    def _put(
        self,
        connector: str,
        config: Config,
        target: config_store.TargetState | None,
        allow_replace: bool,
        done: Future[Created],
    ) -> None:
        created = not self._configs.contains(connector)
        if not created:
            if not allow_replace:
                raise ConflictError(f"Connector {connector} already exists")
            self.worker.stop_connector(connector)
        self._config_store.put_connector_config(connector, config, target)

        def started() -> None:
            self._update_tasks(connector).add_done_callback(lambda tasks: self._submit(done, lambda: finish(tasks)))

        def finish(tasks: Future[None]) -> None:
            tasks.result()
            done.set_result({"created": created, "info": self._info(connector)})

        self._start_connector(connector).add_done_callback(partial(self._then, done, started))

    # ---- target states ------------------------------------------------------------------------------------------------

    def pause_connector(self, connector: str) -> None:
        self._set_target(connector, config_store.TargetState.PAUSED)

    def resume_connector(self, connector: str) -> None:
        self._set_target(connector, config_store.TargetState.STARTED)

    def stop_connector(self, connector: str) -> None:
        def stop() -> None:
            self._require(connector, "Unknown connector {}")
            self._remove_tasks(connector)
            self._config_store.put_target_state(connector, config_store.TargetState.STOPPED)

        self._call(stop, f"stopping connector {connector}")

    def _set_target(self, connector: str, target: config_store.TargetState) -> None:
        def set_target() -> None:
            self._require(connector, "Unknown connector {}")
            self._config_store.put_target_state(connector, target)

        self._call(set_target)

    def on_target_state_changed(self, connector: str) -> None:
        """The store tells, on the herder's thread. What comes of it shows in the status; nobody waits for it."""
        target = self._configs.target_state(connector)
        assert target is not None, "it has just been stored"
        future = self.worker.set_target_state(connector, target)

        def changed(done: Future[config_store.TargetState]) -> None:
            if error := done.exception():
                log.error("Failed to transition connector %s to target state %s: %s", connector, target, error)
            elif done.result() == config_store.TargetState.STARTED:
                self._thread.submit(lambda: self._update_tasks(connector))

        if future is not None:
            future.add_done_callback(changed)

    # ---- restarts -----------------------------------------------------------------------------------------------------

    def restart_connector(self, connector: str) -> None:
        def restart() -> Future[None]:
            self._require(connector, "Unknown connector: {}")
            self.worker.stop_connector(connector)
            return self._start_and_update(connector)

        self._in_time(self._call(restart, f"restarting connector {connector}"), connector)

    def restart_connector_and_tasks(self, connector: str, include_tasks: bool, only_failed: bool) -> ConnectorStatus:
        def restart() -> ConnectorStatus:
            self._require(connector, "Unknown connector: {}")
            kind = self._connector_type(connector)
            plan = self._statuses.restart_plan(connector, kind, include_tasks=include_tasks, only_failed=only_failed)
            if plan is None:
                raise NotFoundError(f"Status for connector {connector} not found")
            if plan.restarts_connector:
                self.worker.stop_connector(connector)
            self.worker.stop_tasks(plan.tasks)
            self._statuses.mark_restarting(plan, connector)
            if plan.restarts_connector:
                self._start_and_update(connector)
            self._start_tasks(connector, plan.tasks)
            return plan.status

        return self._call(restart, f"restarting connector {connector}")

    def restart_task(self, connector: str, task: int) -> None:
        def restart() -> None:
            self._require(connector, "Unknown connector: {}")
            task_id = ConnectorTaskId(connector, task)
            if task_id not in self._configs.tasks(connector):
                raise NotFoundError(f"Task {task_id} not found")
            self.worker.stop_tasks([task_id])
            self._start_tasks(connector, [task_id])

        self._call(restart)

    def on_config_expires(self, connector: str, path: str, ttl_ms: int) -> None:
        """A value of the connector's configuration will be another one then; a later one for the same path replaces it."""
        restart = self._thread.submit(lambda: self._restart_expired(connector), delay_s=ttl_ms / 1000)
        if earlier := self._expiries.pop((connector, path), None):
            earlier.cancel()
        self._expiries[connector, path] = restart

    def _restart_expired(self, connector: str) -> None:
        if self._configs.contains(connector):
            log.info("Restarting connector %s, since values of its configuration have expired", connector)
            self.worker.stop_connector(connector)
            self._start_and_update(connector)

    def _start_and_update(self, connector: str) -> Future[None]:
        """Starts the connector, then replaces its tasks if need be; ends when the connector has started."""
        done: Future[None] = Future()

        def started() -> None:
            done.set_result(None)
            self._update_tasks(connector)

        self._start_connector(connector).add_done_callback(partial(self._then, done, started))
        return done

    # ---- tasks --------------------------------------------------------------------------------------------------------

    def on_task_reconfiguration_requested(self, connector: str) -> None:
        self._thread.submit(lambda: self._update_tasks(connector))

    def _update_tasks(self, connector: str) -> Future[None]:
        """Has the connector split its job and replaces its tasks when the outcome differs. On the herder's thread."""
        done: Future[None] = Future()
        handle = self.worker.connector(connector)
        if handle is None or not handle.is_running:
            log.info("Skipping update of connector %s since it is not running", connector)
            done.set_result(None)
            return done

        def apply(configs: Future[list[dict[str, str]]]) -> None:
            if handle is self.worker.connector(connector):
                self._apply_task_configs(connector, configs)
            done.set_result(None)

        asked = handle.task_configs()
        self._thread.expect(connector, asked, f"generating task configs for connector {connector}")
        asked.add_done_callback(lambda configs: self._submit(done, lambda: apply(configs)))
        return done

    def _apply_task_configs(self, connector: str, configs: Future[list[dict[str, str]]]) -> None:
        if error := configs.exception():
            # One that has failed over it is FAILED, with a trace in the log, and not asked again.
            if self.worker.is_running(connector):
                trace = trace_of_error(error).rstrip()
                log.error("Failed to generate task configs for connector %s: %s", connector, trace)
                self._update_tasks_later(connector)
            raise InternalError(str(error)) from error
        self._retry_delays_s.pop(connector, None)
        if self._have_changed(connector, configs.result()):
            self._remove_tasks(connector)
            self._config_store.put_task_configs(connector, configs.result())
            self._start_tasks(connector, self._configs.tasks(connector))

    def _update_tasks_later(self, connector: str) -> None:
        delay_s = min(self._retry_delays_s.get(connector, _FIRST_RETRY_S / 2) * 2, _LONGEST_RETRY_S)
        self._retry_delays_s[connector] = delay_s
        self._thread.submit(lambda: self._update_tasks(connector), delay_s=delay_s)

    def _have_changed(self, connector: str, task_configs: Sequence[Mapping[str, str]]) -> bool:
        """Whether tasks have to be replaced: also when they are equal, but made from another connector configuration."""
        state = self._configs.connectors[connector]
        return list(state.task_configs) != list(task_configs) or state.applied_config != state.config

    def _start_connector(self, connector: str) -> Future[config_store.TargetState]:
        state = self._configs.connectors[connector]
        started = self.worker.start_connector(connector, state.config, state.target_state)
        self._thread.expect(connector, started, "starting the connector")
        return started

    def _start_tasks(self, connector: str, tasks: Sequence[ConnectorTaskId]) -> None:
        state = self._configs.connectors[connector]
        count = len(state.task_configs)
        for task in tasks:
            if task.task < count:
                self.worker.start_task(task, state.config, state.task_configs[task.task], count, state.target_state)

    def _remove_tasks(self, connector: str) -> None:
        tasks = self._configs.tasks(connector)
        if tasks:
            self.worker.stop_tasks(tasks)
            self._config_store.put_task_configs(connector, [])
            for task in tasks:
                self._statuses.remove_task(task)

    # ---- offsets ------------------------------------------------------------------------------------------------------

    def alter_connector_offsets(self, connector: str, offsets: Sequence[PartitionOffset]) -> str:
        config, kind = self._call(lambda: self._stopped(connector))
        return self._offsets.alter(connector, config, kind, offsets, partial(self._write_if_stopped, connector))

    def reset_connector_offsets(self, connector: str) -> str:
        config, kind = self._call(lambda: self._stopped(connector))
        return self._offsets.reset(connector, config, kind, partial(self._write_if_stopped, connector))

    def _stopped(self, connector: str) -> tuple[Config, str]:
        self._require(connector)
        state = self._configs.connectors[connector]
        if state.target_state != config_store.TargetState.STOPPED or state.task_configs:
            raise BadRequestError(_MUST_BE_STOPPED.format(connector))
        return dict(state.config), self._connector_type(connector)

    def _write_if_stopped(self, connector: str, write: Callable[[], None]) -> None:
        """The connector may have been resumed while it was asked what it thinks of the new offsets."""

        def write_now() -> None:
            self._stopped(connector)
            write()

        self._call(write_now, f"modifying offsets for connector {connector}")

    # ---- what only a group has ------------------------------------------------------------------------------------------

    def set_cluster_logger_level(self, namespace: str, level: str) -> None:
        self.set_worker_logger_level(namespace, level)

    def put_task_configs(self, connector: str, configs: Sequence[Mapping[str, str]], signature: Signature) -> None:
        raise InternalError("Kafka Connect in standalone mode does not support externally setting task configurations.")

    def fence_zombies(self, connector: str, signature: Signature) -> None:
        raise InternalError("Kafka Connect in standalone mode does not support exactly-once source connectors.")

    # ---- chains of jobs: on the herder's thread, then an answer of a process, then the herder's thread again ---------------

    def _submit(self, done: Future[Any], job: Callable[[], Any]) -> None:
        """Runs a job on the herder's thread; when it fails, so does `done`."""

        def settle(outcome: Future[Any]) -> None:
            error = InternalError("The worker is shutting down") if outcome.cancelled() else outcome.exception()
            if error is not None and not done.done():
                done.set_exception(error)

        self._thread.submit(job).add_done_callback(settle)

    def _then(self, done: Future[Any], job: Callable[[], Any], outcome: Future[Any]) -> None:
        """Goes on with `job` on the herder's thread once `outcome` is there; when that is an error, `done` has it."""
        if error := outcome.exception():
            done.set_exception(error)
        else:
            self._submit(done, job)
