"""The real Java Kafka Connect as a peer: to interoperate with in tests, to be measured against in benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dev.class_archive import ClassArchive
from dev.connect_worker import ConnectWorker, Properties
from dev.jars import CONNECT_AS_SHIPPED, SMALL_AND_QUICK, class_archive, java_command

STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter"
DEFAULTS = {"key.converter": STRING_CONVERTER, "value.converter": STRING_CONVERTER, "plugin.discovery": "service_load"}


class JavaConnect(ConnectWorker):
    """One Java worker. What `properties` do not say is filled in so that it runs on one broker."""

    def __init__(
        self,
        mode: str,
        bootstrap: str,
        folder: Path,
        properties: Properties | None = None,
        connectors: Sequence[Properties] = (),
        *,
        as_shipped: bool = False,
    ) -> None:
        main_class = f"org.apache.kafka.connect.cli.Connect{mode.capitalize()}"
        archive = class_archive(f"connect-{mode}")
        flags = (*CONNECT_AS_SHIPPED, *archive.base_flags()) if as_shipped else (*SMALL_AND_QUICK, *archive.flags())
        command = java_command(main_class, flags=flags, log_level="INFO")
        settings = {"bootstrap.servers": bootstrap, **DEFAULTS, **(properties or {})}
        super().__init__(f"Java Connect ({mode})", command, folder, settings, connectors)
        self._archive: ClassArchive = archive

    @classmethod
    def standalone(
        cls,
        bootstrap: str,
        folder: Path,
        properties: Properties | None = None,
        connectors: Sequence[Properties] = (),
        *,
        as_shipped: bool = False,
    ) -> JavaConnect:
        settings = {"offset.storage.file.filename": folder / "offsets", **(properties or {})}
        return cls("standalone", bootstrap, folder, settings, connectors, as_shipped=as_shipped)

    @classmethod
    def distributed(
        cls, bootstrap: str, folder: Path, group: str, properties: Properties | None = None, *, as_shipped: bool = False
    ) -> JavaConnect:
        settings: dict[str, object] = {"group.id": group, "scheduled.rebalance.max.delay.ms": 0}
        for store in ("config", "offset", "status"):
            settings[f"{store}.storage.topic"] = f"{group}-{store}s"
            settings[f"{store}.storage.replication.factor"] = 1
        settings |= {"offset.storage.partitions": 1, "status.storage.partitions": 1, **(properties or {})}
        return cls("distributed", bootstrap, folder, settings, as_shipped=as_shipped)

    def stop(self, grace_s: float = 30) -> int | None:
        status = super().stop(grace_s)
        self._archive.keep()
        return status
