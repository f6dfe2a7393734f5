"""The command line of the worker, as far as it gets without a worker file."""

from __future__ import annotations

import pytest

from workers.cli import main


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "Usage: ConnectStandalone"),
        (["standalone"], "Usage: ConnectStandalone"),
        (["standalone", "--help"], "Usage: ConnectStandalone"),
        (["standalone", "--log-level", "LOUD", "worker.properties"], "invalid log level 'LOUD'"),
        (["standalone"], "LOG_LEVEL of the environment"),
        (["standalone"], "LOG_FORMAT=json"),
        (["distributed", "worker.properties"], "This release has the standalone worker only"),
        (["sideways", "worker.properties"], "invalid choice: 'sideways'"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_1(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert text in capsys.readouterr().err
