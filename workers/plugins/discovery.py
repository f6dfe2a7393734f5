"""The worker's side of the search for plug-ins: runs the scanner, outlives what kills it, gives the registry.

Called by the worker's start. The worker process itself imports no plug-in.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from workers.plugins.descriptor import PluginDesc, PluginFailure
from workers.plugins.locations import missing_paths
from workers.plugins.registry import PluginRegistry
from workers.processes.supervisor import Exit, Supervisor

log = logging.getLogger(__name__)

_ENTRY = "workers.plugins.scanner:run"
MODULE_TIMEOUT_S = 60.0

Event = tuple[str, Mapping[str, Any]]


class PluginDiscovery:
    """One search. `module_timeout_s` bounds the time without news, that is the import of one module."""

    def __init__(
        self, supervisor: Supervisor, plugin_path: Sequence[str], *, module_timeout_s: float = MODULE_TIMEOUT_S
    ) -> None:
        self._supervisor = supervisor
        self._plugin_path = list(plugin_path)
        self._module_timeout_s = module_timeout_s
        self._plugins: list[PluginDesc] = []
        self._failures: list[PluginFailure] = []
        self._done: list[str] = []

    def run(self) -> PluginRegistry:
        """Scans until every module has been looked at or has proved to be deadly. Blocks."""
        for path in missing_paths(self._plugin_path):
            log.warning("Could not get listing for plugin path: %s. Ignoring.", path)
        while not self._scan():
            pass
        return PluginRegistry(self._plugins, self._failures)

    def _scan(self) -> bool:
        """One run of a scanner process; True when it came to its end."""
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        process = self._supervisor.spawn(
            _ENTRY,
            {"plugin_path": self._plugin_path, "done": self._done},
            name="plugin-scanner",
            on_message=lambda op, args: events.put((op, args)),
            on_exit=lambda how: events.put(("exit", how._asdict())),
        )
        current: Mapping[str, Any] | None = None
        while True:
            try:
                op, args = events.get(timeout=self._module_timeout_s)
            except queue.Empty:
                process.kill()
                process.wait(self._module_timeout_s)
                op, args = "exit", Exit(None, f"took longer than {self._module_timeout_s} s")._asdict()
            if op == "scan.begin":
                current = args
            elif op == "scan.unit":
                self._take(args)
                current = None
            else:
                return op == "scan.end" or self._died(current, args["description"])

    def _take(self, args: Mapping[str, Any]) -> None:
        self._plugins += msgspec.convert(args["plugins"], list[PluginDesc])
        self._failures += msgspec.convert(args["failures"], list[PluginFailure])
        self._done.append(args["unit"])

    def _died(self, current: Mapping[str, Any] | None, how: str) -> bool:
        """Records the module that ended the scan; True when none was being imported, so that another try is pointless."""
        if current is None:
            log.error("The search for plug-ins ended early: its process %s", how)
            return True
        log.warning(
            "Module %s of %s cannot be used: the process importing it %s", current["module"], current["location"], how
        )
        cause = f"the process that imported it {how}"
        names = tuple(current["class_names"])
        self._failures.append(PluginFailure(current["module"], current["location"], cause, class_names=names))
        self._done.append(current["unit"])
        return False
