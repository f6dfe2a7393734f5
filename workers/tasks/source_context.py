"""What a source task may ask of the runtime: Connect's SourceTaskContext. Any thread of the task may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from isthmus.metrics import PluginMetrics
from isthmus.task import OffsetStorageReader, TransactionContext


class SourceContext:
    def __init__(
        self,
        configs: Callable[[], Mapping[str, str]],
        offset_storage_reader: OffsetStorageReader,
        plugin_metrics: PluginMetrics,
    ) -> None:
        self.plugin_metrics = plugin_metrics
        self._configs = configs
        self._offset_storage_reader = offset_storage_reader

    @property
    def configs(self) -> Mapping[str, str]:
        return self._configs()

    @property
    def offset_storage_reader(self) -> OffsetStorageReader:
        return self._offset_storage_reader

    @property
    def transaction_context(self) -> TransactionContext | None:
        """None: a transaction is only ended by the task itself where exactly-once delivery is on."""
        return None
