"""The keys of the REST server."""

from __future__ import annotations

from isthmus import ConfigDef
from isthmus.config_def import Importance, Type
from workers.config import listeners, response_headers

LOW = Importance.LOW
HEADER_RULES = (
    "Comma-separated header rules, where each header rule is of the form '[action] [header name]:[header value]' and "
    "optionally surrounded by double quotes if any part of a header rule contains a comma"
)


def define_rest_keys(config: ConfigDef) -> None:
    """In Java's order (its RestServerConfig)."""
    _listener_keys(config)
    _browser_keys(config)
    config.define(
        "ssl.client.auth",
        Type.STRING,
        "none",
        ConfigDef.ValidString.in_("required", "requested", "none"),
        importance=LOW,
        documentation="Whether https listeners ask clients for a certificate: `required` refuses those without one, "
        "`requested` takes them too.",
    )
    _any_list = ConfigDef.ValidList.any_non_duplicate_values
    config.define(
        "rest.extension.classes",
        Type.LIST,
        [],
        _any_list(is_empty_allowed=True, is_null_allowed=False),
        importance=LOW,
        documentation="Extensions of the REST server, for example "
        "`org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension`.",
    )
    config.define(
        "admin.listeners",
        Type.LIST,
        None,
        _any_list(is_empty_allowed=True, is_null_allowed=True),
        importance=LOW,
        documentation="Addresses that serve `/admin` and nothing else. Unset: `listeners` serve it too; empty: nobody.",
    )


def _listener_keys(config: ConfigDef) -> None:
    config.define(
        "listeners",
        Type.LIST,
        "http://:8083",
        ConfigDef.LambdaValidator.with_(
            listeners.ensure_listeners, f"List of comma-separated URLs, ex: {listeners.EXAMPLE}."
        ),
        importance=LOW,
        documentation="Addresses of the REST server, `http` or `https`. An empty host is every interface, port 0 any "
        "free port.",
    )
    config.define(
        "rest.advertised.host.name",
        Type.STRING,
        None,
        importance=LOW,
        documentation="Host name under which other workers reach this one. Unset: that of the first listener.",
    )
    config.define(
        "rest.advertised.port",
        Type.INT,
        None,
        importance=LOW,
        documentation="Port under which other workers reach this one. Unset: that of the first listener.",
    )
    config.define(
        "rest.advertised.listener",
        Type.STRING,
        None,
        importance=LOW,
        documentation="Protocol that other workers use to reach this one, `http` or `https`.",
    )


def _browser_keys(config: ConfigDef) -> None:
    config.define(
        "access.control.allow.origin",
        Type.STRING,
        "",
        importance=LOW,
        documentation="Value of `Access-Control-Allow-Origin`: sites whose pages may use the REST server (CORS). "
        "Empty: none but its own.",
    )
    config.define(
        "access.control.allow.methods",
        Type.STRING,
        "",
        importance=LOW,
        documentation="Methods that those sites may use, separated by commas. Empty: GET, POST and HEAD.",
    )
    config.define(
        "response.http.headers.config",
        Type.STRING,
        "",
        ConfigDef.LambdaValidator.with_(response_headers.ensure_valid, HEADER_RULES),
        importance=LOW,
        documentation="Headers for every answer of the REST server: rules such as `set X-Frame-Options: DENY`, separated "
        "by commas. Actions: set, add, setDate, addDate.",
    )
