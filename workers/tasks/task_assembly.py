"""Builds the pieces of one task from its spec: classes, converters, transformations, error handling, Kafka clients.

Used once, on the main thread of the task's process, before the task starts; what fails here makes the task FAILED.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast

from isthmus import Converter, HeaderConverter, Predicate, SinkTask, SourceTask, Task, Transformation
from workers.clients.layers import ConnectorClients
from workers.clients.translation import ClientSettings
from workers.config import DistributedConfig, StandaloneConfig, WorkerConfig
from workers.connector_config import (
    ConnectorConfig,
    ConverterSpec,
    PredicateSpec,
    SinkConnectorConfig,
    SourceConnectorConfig,
    TransformSpec,
    converter_spec,
)
from workers.plugins.config_resolution import ConfigResolver
from workers.plugins.descriptor import PluginKind
from workers.plugins.importer import PluginImporter
from workers.plugins.registry import PluginRegistry
from workers.processes.channel import Channel
from workers.processes.plugin_metrics import MetricsOfProcess
from workers.tasks.active_topics import ActiveTopics
from workers.tasks.control import TaskControl
from workers.tasks.conversion import ConverterSet
from workers.tasks.error_handler import ErrorHandler, ErrorPolicy, Reporter
from workers.tasks.recorder import Recorder
from workers.tasks.reporters import DeadLetterQueue, ErrantRecords, LogReporter, create_dead_letter_topic
from workers.tasks.sink_context import SinkContext
from workers.tasks.sink_task import SinkSettings, SinkTaskRunner
from workers.tasks.source_context import SourceContext
from workers.tasks.source_offsets import ChannelOffsetReader
from workers.tasks.source_task import SourceSettings, SourceTaskRunner
from workers.tasks.task_services import TaskServices
from workers.tasks.topic_creation import TopicCreator
from workers.tasks.transformation_chain import TransformationChain, TransformationStage

log = logging.getLogger(__name__)


class TaskAssembly:
    """`spec` is what workers.herder.worker gives: raw configurations, the worker's settings, the plug-ins."""

    def __init__(
        self,
        channel: Channel,
        spec: Mapping[str, Any],
        control: TaskControl,
        recorder: Recorder,
        metrics: MetricsOfProcess,
    ) -> None:
        self._metrics = metrics
        self._channel = channel
        self._control = control
        self._recorder = recorder
        self._connector: str = spec["connector"]
        self._task: int = spec["task"]
        self._task_count: int = spec["task_count"]
        self._raw_task_config: Mapping[str, str] = spec["task_config"]
        self._worker = _worker_config(spec["worker_config"])
        self.importer = PluginImporter(PluginRegistry.from_dict(spec["plugins"]))
        self._resolver = ConfigResolver(self.importer, self._worker.originals, channel)
        self._props: dict[str, str] = cast(dict[str, str], self._resolver.resolve(spec["connector_config"]))
        self._clients = ConnectorClients(self._worker.originals, self._connector, self._props)

    def make_task(self) -> Task:
        """The user's task, not yet initialized. Raises when there are more tasks than the connector may have."""
        config = ConnectorConfig.parse(self._props)
        config.check_task_count(self._task_count)
        connector = self.importer.use_connector(config.connector_class, config.connector_version)
        return self.importer.task_class(connector, self._raw_task_config["task.class"])()

    def source_runner(self, task: SourceTask) -> SourceTaskRunner:
        creates_topics = self._worker["topic.creation.enable"]
        config = SourceConnectorConfig.parse(self._props, creates_topics=creates_topics)
        errors = self._error_handler(config, [*self._log_reporter(config)])
        admin = self._use(self._clients.source_admin(self._task))
        producer = self._use(self._clients.source_producer(self._task))
        settings = SourceSettings(
            connector=self._connector,
            task_config=self._task_config(),
            producer=producer.settings,
            max_block_s=producer.max_block_s,
            offset_flush_interval_s=self._seconds("offset.flush.interval.ms"),
            offset_flush_timeout_s=self._seconds("offset.flush.timeout.ms"),
        )
        return SourceTaskRunner(
            task,
            SourceContext(self._task_config, ChannelOffsetReader(self._channel, self._connector), self._metrics.make()),
            settings,
            self._services(self._converters(), TransformationChain(self._transformations(config), errors), errors),
            TopicCreator(config.topic_creation, admin.settings, self._control),
            self._channel,
        )

    def sink_runner(self, task: SinkTask) -> SinkTaskRunner:
        config = SinkConnectorConfig.parse(self._props)
        queue = self._dead_letter_queue(config)
        reporters: list[Reporter] = [*self._log_reporter(config)]
        if queue is not None:
            reporters.insert(0, queue)
        errors = self._error_handler(config, reporters)
        converters = self._converters()
        errant_records = ErrantRecords(errors, converters, queue)
        transformations = TransformationChain(self._transformations(config), errors, errant_records.message_of)
        consumer = self._use(self._clients.sink_consumer(self._task))
        settings = SinkSettings(
            connector=self._connector,
            task_config=self._task_config(),
            consumer=consumer.settings,
            max_poll_records=consumer.max_poll_records,
            api_timeout_s=consumer.default_api_timeout_s,
            metadata_refresh_s=consumer.metadata_max_age_s,
            topics=config.topics,
            topics_regex=config.topics_regex or None,
            offset_flush_interval_s=self._seconds("offset.flush.interval.ms"),
            offset_flush_timeout_s=self._seconds("offset.flush.timeout.ms"),
        )
        return SinkTaskRunner(
            task,
            SinkContext(
                self._task_config,
                errant_records if config.has_errant_record_reporter else None,
                self._metrics.make(),
            ),
            settings,
            self._services(converters, transformations, errors),
            errant_records,
        )

    # --- configuration ------------------------------------------------------------------------------------------------------

    def _task_config(self) -> dict[str, str]:
        """The task's properties with placeholders resolved; anew each time, since a secret may have changed."""
        return cast(dict[str, str], self._resolver.resolve(self._raw_task_config))

    def _seconds(self, key: str) -> float:
        return float(self._worker[key]) / 1000

    def _use(self, settings: ClientSettings) -> ClientSettings:
        for warning in settings.warnings:
            log.warning("%s", warning)
        return settings

    def _services(
        self, converters: ConverterSet, transformations: TransformationChain[Any], errors: ErrorHandler[Any]
    ) -> TaskServices:
        active_topics = ActiveTopics(self._channel, is_tracked=self._worker["topic.tracking.enable"])
        return TaskServices(converters, transformations, errors, active_topics, self._control, self._recorder)

    # --- plug-ins -------------------------------------------------------------------------------------------------------------

    def _converters(self) -> ConverterSet:
        return ConverterSet(self._converter("key"), self._converter("value"), self._header_converter())

    def _converter(self, kind: Any) -> Converter:
        spec = converter_spec(kind, self._props, self._worker.originals)
        converter: Converter = self._converter_class(spec, PluginKind.CONVERTER)()
        converter.configure(spec.configs, kind == "key")
        self._metrics.give(converter, converter=kind)
        return converter

    def _header_converter(self) -> HeaderConverter:
        spec = converter_spec("header", self._props, self._worker.originals)
        converter: HeaderConverter = self._converter_class(spec, PluginKind.HEADER_CONVERTER)()
        converter.configure(spec.configs)
        self._metrics.give(converter, converter="header")
        return converter

    def _converter_class(self, spec: ConverterSpec, kind: PluginKind) -> type[Any]:
        return self.importer.plugin_class(spec.class_name, kind, spec.version, from_home=spec.is_from_home)

    def _class_of(self, spec: TransformSpec | PredicateSpec, kind: PluginKind) -> type[Any]:
        return self.importer.plugin_class(spec.class_name, kind, spec.version, from_home=True)

    def _transformations(self, config: ConnectorConfig) -> list[TransformationStage]:
        return [self._transformation(spec) for spec in config.transforms]

    def _transformation(self, spec: TransformSpec) -> TransformationStage:
        transformation: Transformation[Any] = self._class_of(spec, PluginKind.TRANSFORMATION)()
        transformation.configure(spec.configs)
        self._metrics.give(transformation, transformation=spec.alias)
        if spec.predicate is None:
            return TransformationStage(transformation)
        predicate: Predicate[Any] = self._class_of(spec.predicate, PluginKind.PREDICATE)()
        predicate.configure(spec.predicate.configs)
        self._metrics.give(predicate, predicate=spec.predicate.alias)
        return TransformationStage(transformation, predicate, spec.negate)

    # --- error handling ---------------------------------------------------------------------------------------------------------

    def _error_handler(self, config: ConnectorConfig, reporters: list[Reporter]) -> ErrorHandler[Any]:
        errors = config.errors
        policy = ErrorPolicy(errors.retry_timeout_ms, errors.retry_delay_max_ms, errors.tolerates_all)
        return ErrorHandler(policy, self._control, self._recorder, reporters)

    def _log_reporter(self, config: ConnectorConfig) -> list[Reporter]:
        if not config.errors.log_enabled:
            return []
        name = f"{self._connector}-{self._task}"
        return [LogReporter(name, self._recorder, includes_messages=config.errors.log_includes_messages)]

    def _dead_letter_queue(self, config: SinkConnectorConfig) -> DeadLetterQueue | None:
        queue = config.dead_letter_queue
        if queue is None:
            return None
        admin = self._use(self._clients.dlq_admin(self._task))
        create_dead_letter_topic(queue.topic, queue.replication_factor, admin.settings)
        producer = self._use(self._clients.dlq_producer(self._task))
        return DeadLetterQueue(
            queue.topic,
            producer.settings,
            self._connector,
            self._task,
            self._recorder,
            self._control,
            has_context_headers=queue.has_context_headers,
        )


def _worker_config(props: Mapping[str, str]) -> WorkerConfig:
    """The worker's configuration again, which it has checked when it started."""
    return (DistributedConfig if "config.storage.topic" in props else StandaloneConfig).parse(props)
