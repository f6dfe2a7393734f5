"""A standalone worker from its start to its end: what is started in which order, and what happens on signals.

Called by workers.cli. Connect: ConnectStandalone and Connect.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workers.config import StandaloneConfig, load_worker_config
from workers.connector_files import ConnectorFileError, read_connector_file
from workers.errors import ProcessDiedError, RemoteError, RequestError, StartError, WorkerConfigError
from workers.herder.rpc import HerderServer
from workers.plugins.descriptor import PluginKind
from workers.plugins.discovery import PluginDiscovery
from workers.plugins.errors import PluginVersionError
from workers.plugins.registry import PluginRegistry
from workers.processes.supervisor import Supervisor
from workers.rest_server import RestServer

if TYPE_CHECKING:
    from workers.herder.standalone import StandaloneHerder
    from workers.herder.worker import WorkerSettings

log = logging.getLogger(__name__)

EXIT_CONFIG = 1
EXIT_START = 2
EXIT_CONNECTOR = 3
_CLUSTER_ID_LIMIT_S = 3600.0  # the look-up has its own limit, default.api.timeout.ms

_SAME_WISH_S = 0.1


class Signal(NamedTuple):
    signal: signal.Signals
    at: float


Event = tuple[Literal["signal", "failed", "stopped"], Any]


class StandaloneWorker:
    """The main thread waits for events and decides; starting and stopping run on threads of their own, so that a signal is
    heard at any time.
    """

    def __init__(
        self,
        props: Mapping[str, str],
        config: StandaloneConfig,
        connector_files: Sequence[str],
        *,
        levels: Mapping[str, str],
        log_json: bool,
    ) -> None:
        self._began = time.monotonic()
        self._props = props
        self._config = config
        self._connector_files = connector_files
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._supervisor = Supervisor(levels=levels, log_json=log_json)
        self._server = HerderServer()
        self._is_stopping = False
        self._stop_because_of: Signal | None = None
        self._rest: RestServer | None = None
        self._herder: StandaloneHerder | None = None

    def run(self) -> int:
        """Starts, waits for a signal or a failure, stops. Gives the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._record)
        # Signals may come now; the libraries load in the background from here on.
        self._supervisor.start()
        self._in_background("start", self._start)
        code = 0
        while True:
            what, value = self._events.get()
            if what == "stopped":
                return code
            if what == "failed":
                # The start also fails because the worker is being stopped; that is no news.
                if not self._is_stopping:
                    code = value
                    self._in_background("stop", self._stop)
            elif self._is_stopping:
                self._stop_at_once(value)
            else:
                log.info("Kafka Connect stopping, on signal %s", value.signal.name)
                self._stop_because_of = value
                self._in_background("stop", self._stop)

    def _record(self, number: int, _frame: object) -> None:
        """A signal handler only records."""
        self._events.put(("signal", Signal(signal.Signals(number), time.monotonic())))

    def _stop_at_once(self, second: Signal) -> None:
        """On a second signal. Programs such as `timeout` send one to the process and to its group: that is a single wish."""
        first = self._stop_because_of
        if first is None or second.at - first.at > _SAME_WISH_S:
            log.warning("Stopping at once")
            os._exit(128 + second.signal)

    def _in_background(self, name: str, step: Callable[[], None]) -> None:
        self._is_stopping = name == "stop"
        threading.Thread(target=step, name=f"worker-{name}", daemon=True).start()

    # ---- start, on a thread of its own ----------------------------------------------------------------------------

    def _start(self) -> None:
        """The outermost edge of the start: each kind of failure has its exit code."""
        try:
            self._start_up()
        except WorkerConfigError as error:
            self._fail(EXIT_CONFIG, "The worker's configuration is wrong:\n" + "\n".join(error.errors))
        except (ConnectorFileError, RequestError) as error:
            self._fail(EXIT_CONNECTOR, f"Failed to create connector: {error}")
        except StartError as error:
            self._fail(EXIT_START, str(error))
        except Exception:
            log.exception("Stopping due to error")
            self._fail(EXIT_START, None)

    def _fail(self, code: int, text: str | None) -> None:
        if text is not None and not self._is_stopping:
            log.error("%s", text)
        self._events.put(("failed", code))

    def _start_up(self) -> None:
        herder = self._open_rest()
        with ThreadPoolExecutor(2, thread_name_prefix="worker-start") as pool:
            # Both wait for other processes: side by side, the start takes as long as the longer one.
            cluster_id = pool.submit(self._ask_cluster_id)
            plugins = pool.submit(PluginDiscovery(self._supervisor, self._config["plugin.path"] or []).run)
            self._check_classes(plugins.result())
            settings = self._settings(cluster_id.result())
        if self._is_stopping:
            return
        herder.launch(settings, plugins.result())
        self._create_connectors(herder)
        herder.mark_ready()
        log.info("Kafka Connect started in %d ms", (time.monotonic() - self._began) * 1000)

    def _open_rest(self) -> StandaloneHerder:
        """Binds the listeners and starts the REST process first of all: it takes longest until it answers."""
        config = self._config
        rest = RestServer(config, self._server.path, on_failure=lambda error: self._fail(EXIT_START, str(error)))
        self._rest = rest
        rest.start()
        # Loaded here, while the REST process starts beside us: that is 80 ms less until the worker answers.
        from workers.herder.standalone import StandaloneHerder
        from workers.storage.config_store import MemoryConfigStore
        from workers.storage.file_offset_store import FileOffsetStore
        from workers.storage.status_store import MemoryStatusStore

        offsets = FileOffsetStore(config["offset.storage.file.filename"])
        offsets.start()
        self._herder = StandaloneHerder(
            self._supervisor,
            rest.worker_id,
            MemoryConfigStore(),
            MemoryStatusStore(),
            offsets,
            topic_tracking=config["topic.tracking.enable"],
        )
        self._server.start(self._herder)
        return self._herder

    def _ask_cluster_id(self) -> str:
        try:
            cluster_id = self._supervisor.call(
                "workers.plugin_requests.cluster:cluster_id",
                {"worker_config": dict(self._config.originals)},
                name="cluster-id",
                timeout_s=_CLUSTER_ID_LIMIT_S,
            )
        except (RemoteError, ProcessDiedError) as error:
            raise StartError(str(error)) from error
        log.info("Kafka cluster ID: %s", cluster_id)
        return str(cluster_id)

    def _check_classes(self, plugins: PluginRegistry) -> None:
        """Now that plug-ins are known, converters can be checked too. Raises WorkerConfigError."""

        def is_converter(name: str) -> bool:
            return plugins.find(name, PluginKind.CONVERTER, PluginKind.HEADER_CONVERTER) is not None or "." in name

        def version_error(name: str, version: str) -> str | None:
            try:
                plugins.find(name, PluginKind.CONVERTER, PluginKind.HEADER_CONVERTER, version=version)
            except PluginVersionError as error:
                return str(error)
            return None

        loaded = load_worker_config(
            StandaloneConfig,
            self._props,
            is_known_class=is_converter,
            version_error=version_error,
            is_known_provider=lambda name: plugins.find(name, PluginKind.CONFIG_PROVIDER) is not None,
        )
        for warning in loaded.warnings:
            log.warning("%s", warning)

    def _settings(self, cluster_id: str) -> WorkerSettings:
        from workers.herder.worker import WorkerSettings  # as above

        assert self._rest is not None, "_open_rest() comes first"
        return WorkerSettings(
            worker_id=self._rest.worker_id,
            cluster_id=cluster_id,
            config=dict(self._config.originals),
            task_stop_timeout_s=self._config["task.shutdown.graceful.timeout.ms"] / 1000,
        )

    def _create_connectors(self, herder: StandaloneHerder) -> None:
        for path in self._connector_files:
            file = read_connector_file(path)
            created = herder.put_connector_config(file.name, file.config, False, file.initial_state)
            log.info("Created connector %s", created["info"]["name"])

    # ---- end, on a thread of its own --------------------------------------------------------------------------------

    def _stop(self) -> None:
        """REST first, so that nobody changes what is being stopped; then tasks and connectors; then their processes.

        The outermost edge of the stop: the process ends in any case.
        """
        steps: list[Callable[[], None]] = [self._server.stop, self._supervisor.stop]
        if self._herder is not None:
            steps.insert(0, self._herder.stop)
        if self._rest is not None:
            steps.insert(0, self._rest.stop)
        for step in steps:
            try:
                step()
            except Exception:
                log.exception("The worker could not be stopped properly")
        log.info("Kafka Connect stopped")
        self._events.put(("stopped", None))
