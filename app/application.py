"""The Flask application factory. The main listeners get one application, admin listeners another with /admin/... only."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed

from app.basic_auth import BasicAuth
from app.context import EXTENSION
from app.cors import Cors
from app.errors import register_error_handlers
from app.negotiation import check_accept, check_content_type
from app.request_paths import RequestPaths, Segment
from app.resources import connectors, internal, lifecycle, loggers, offsets, openapi, plugins, root
from app.response_headers import install_response_headers
from app.settings import Settings
from workers.herder.interface import Herder

MAX_BODY_BYTES = 32 * 1024 * 1024
# Resources that declare in JAX-RS that they consume JSON; the others take any Content-Type.
_CONSUMING = frozenset({"connectors", "lifecycle", "offsets", "plugins", "loggers"})


def create_app(settings: Settings, herder: Herder) -> Flask:
    """What the main listeners serve."""
    blueprints = [module.blueprint for module in (root, connectors, lifecycle, offsets, plugins, internal, openapi)]
    if settings.admin_on_main:
        blueprints.append(loggers.blueprint)
    app = _assemble(settings, herder, blueprints)
    install_response_headers(app, settings.response_headers)
    if settings.cors_origins is not None:
        Cors(settings.cors_origins, settings.cors_methods).install(app)
    return app


def create_admin_app(settings: Settings, herder: Herder) -> Flask:
    """What the listeners of `admin.listeners` serve."""
    return _assemble(settings, herder, [loggers.blueprint])


def _assemble(settings: Settings, herder: Herder, blueprints: list[Blueprint]) -> Flask:
    app = Flask("app", static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.converters["default"] = Segment
    app.extensions[EXTENSION] = (herder, settings)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    register_error_handlers(app)
    app.before_request(_negotiate)
    if settings.credentials is not None:
        _guard(app, BasicAuth(settings.credentials))
    app.wsgi_app = RequestPaths(app.wsgi_app)  # type: ignore[method-assign]  # the way Flask documents for middleware
    return app


def _negotiate() -> None:
    if request.routing_exception is None:
        if request.blueprint in _CONSUMING:
            check_content_type(request)
        check_accept(request)


def _guard(app: Flask, auth: BasicAuth) -> None:
    def authenticate() -> Response | None:
        """After the path and the method have matched, as for a filter of JAX-RS; OPTIONS counts as a match."""
        failed = request.routing_exception
        if failed is None or (isinstance(failed, MethodNotAllowed) and request.method == "OPTIONS"):
            return auth.refusal(request)
        return None

    app.before_request(authenticate)
