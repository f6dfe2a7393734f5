"""Random requests made from the OpenAPI document: none may find a fault of ours, and every answer is as documented."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.application import create_app
from app.settings import Settings
from tests.app.memory_herder import MemoryHerder

HERDER = MemoryHerder()
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KNOWN = {"connector": "a", "task": 0, "plugin": "FileStreamSource", "logger": "root"}

schema = schemathesis.openapi.from_wsgi("/openapi.json", create_app(Settings(), HERDER))
schema.config.generation.update(modes=list(schemathesis.GenerationMode))


@schema.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any]:
    """Every other name becomes one that exists, so that requests get beyond the look-up."""
    return {
        name: KNOWN[name] if len(str(value)) % 2 and name in KNOWN else value
        for name, value in (path_parameters or {}).items()
    }


@seed(4)
@schema.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_finds_a_fault_of_ours(case: Any) -> None:
    HERDER.put_connector_config("a", {"connector.class": "FileStreamSource", "topic": "t"}, allow_replace=True)

    case.call_and_validate(checks=CHECKS)
