"""The topics that a task reads from or writes to, told to the worker once each (`topic.tracking.enable`)."""

from __future__ import annotations

from workers.processes.channel import Channel


class ActiveTopics:
    """`known` and `add` on the task's main thread; the worker may ask to forget them, so that those still in use are told again."""

    def __init__(self, channel: Channel, *, is_tracked: bool) -> None:
        self.known: set[str] = set()
        self._channel = channel
        self._is_tracked = is_tracked
        channel.on("topics.reset", lambda _args: self._forget())

    def add(self, topic: str) -> None:
        self.known.add(topic)
        if self._is_tracked:
            self._channel.notify("topics", {"topics": [topic]})

    def _forget(self) -> None:
        self.known = set()
