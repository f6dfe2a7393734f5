"""Our own worker as a process, started by the same script a user starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.connect_worker import ConnectWorker, Properties

ROOT = Path(__file__).resolve().parents[1]
JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter"


class IsthmusWorker(ConnectWorker):
    """`bin/connect-standalone` with JSON converters and its offsets in `folder`, unless `properties` say otherwise."""

    @classmethod
    def standalone(
        cls,
        bootstrap: str,
        folder: Path,
        properties: Properties | None = None,
        connectors: Sequence[Properties] = (),
        *,
        env: Mapping[str, str] | None = None,
    ) -> IsthmusWorker:
        settings = {
            "bootstrap.servers": bootstrap,
            "key.converter": JSON_CONVERTER,
            "value.converter": JSON_CONVERTER,
            "offset.storage.file.filename": folder / "offsets",
            **(properties or {}),
        }
        script = str(ROOT / "bin" / "connect-standalone")
        return cls("Isthmus (standalone)", [script], folder, settings, connectors, env=env)
