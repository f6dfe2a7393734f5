"""Basic authentication as Connect's BasicAuthSecurityRestExtension does it with its PropertyFileLoginModule."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping

from flask import Request, Response

# Requests of other workers are signed instead.
_SIGNED_ENDPOINTS = frozenset({"internal.put_task_configs", "internal.fence_zombies"})


class BasicAuth:
    """Knows who may come in. No credentials at all let everybody in, as in Java."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._credentials = dict(credentials)

    def refusal(self, request: Request) -> Response | None:
        """The 401 to answer, or None. Java sends no WWW-Authenticate, so browsers do not ask."""
        if not self._credentials or request.endpoint in _SIGNED_ENDPOINTS or self._knows(request):
            return None
        return Response("User cannot access the resource.", 401, content_type="text/plain")

    def _knows(self, request: Request) -> bool:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        expected = self._credentials.get(user)
        # Compared in any case, so that the time does not tell whether the user exists.
        return hmac.compare_digest(password.encode(), (expected or "").encode()) and expected is not None
