"""The main program of a task's process: puts the pieces together from the spec, runs the task, publishes its status.

Entry of Supervisor.spawn for workers.herder.worker_task.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from isthmus import SinkTask, SourceTask, format_trace
from isthmus.config_def import loading_classes_with
from workers.processes.channel import Channel
from workers.processes.counters import Counters
from workers.processes.plugin_metrics import OPERATION, MetricsOfProcess
from workers.tasks.control import TaskControl
from workers.tasks.recorder import Recorder
from workers.tasks.task_assembly import TaskAssembly

log = logging.getLogger(__name__)


def run(channel: Channel, spec: Mapping[str, Any], counters: Counters) -> None:
    """Returns when the task has ended, one way or the other; the last status has been sent then."""
    control = TaskControl(is_paused=spec["initial_state"] == "PAUSED")
    channel.on("stop", lambda _args: control.stop())
    channel.on("pause", lambda _args: control.pause())
    channel.on("resume", lambda _args: control.resume())
    metrics = MetricsOfProcess(spec["connector"], spec["task"])
    channel.on_thread(OPERATION, metrics.answer)
    channel.start()
    status = TaskStatus(channel)
    try:
        if control.is_paused:
            status.paused()
            control.wait_while_paused()
        if not control.is_stopping:
            _run_task(TaskAssembly(channel, spec, control, Recorder(counters), metrics), status)
    # The outermost edge of the task: whatever it raises makes this task FAILED, and nothing else.
    except BaseException as error:
        if control.is_stopping:
            log.warning("The task failed while it was being stopped", exc_info=error)
        else:
            log.error(
                "Task threw an uncaught and unrecoverable exception. Task is being killed and will not recover until "
                "manually restarted",
                exc_info=error,
            )
            status.failed(error)
            return
    status.unassigned()


def _run_task(assembly: TaskAssembly, status: TaskStatus) -> None:
    with loading_classes_with(assembly.importer.class_named):
        task = assembly.make_task()
        status.version = task.version
        if isinstance(task, SourceTask):
            assembly.source_runner(task).run(status.running, status.paused)
        else:
            assert isinstance(task, SinkTask), "the importer loads tasks only"
            assembly.sink_runner(task).run(status.running, status.paused)


class TaskStatus:
    """Publishes the states of this task. Called on the task's main thread."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.version: str | None = None

    def running(self) -> None:
        self._put("RUNNING")

    def paused(self) -> None:
        self._put("PAUSED")

    def unassigned(self) -> None:
        self._put("UNASSIGNED")

    def failed(self, error: BaseException) -> None:
        self._put("FAILED", format_trace(error))

    def _put(self, state: str, trace: str | None = None) -> None:
        version = {} if self.version is None else {"version": self.version}
        self._channel.notify("status", {"state": state, "trace": trace, **version})
