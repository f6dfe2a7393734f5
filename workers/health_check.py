"""The image's health check: `python -P workers/health_check.py` ends with 0 when the worker answers. Standard library only.

It asks ISTHMUS_HEALTH_URL (default: http://localhost:8083/health). A worker that wants a login or a client's certificate
is alive, which is all that is asked; 500 and 503 say that it is not, or not yet.
"""

from __future__ import annotations

import os
import ssl
import sys
from urllib.error import HTTPError, URLError
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

DEFAULT_URL = "http://localhost:8083/health"
_TIMEOUT_S = 4.0
# It wants a certificate of ours: a refusal in TLS is an answer, too. The connection may be gone before that has been read.
_REFUSALS = (ssl.SSLError, ConnectionResetError, BrokenPipeError)


def trouble(url: str) -> str | None:
    """What is wrong with the worker at this address; None when it is alive."""
    # No proxy stands between a container and itself, and its certificate is for another name than localhost.
    handlers = [ProxyHandler({}), HTTPSHandler(context=ssl._create_unverified_context())]
    try:
        with build_opener(*handlers).open(url, timeout=_TIMEOUT_S):
            return None
    except HTTPError as error:
        with error:
            return f"{url} answers {error.code}" if error.code >= 500 else None
    except (URLError, OSError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        is_refusal = url.startswith("https:") and isinstance(reason, _REFUSALS)
        return None if is_refusal else f"{url} does not answer: {reason}"


if __name__ == "__main__":
    sys.exit(trouble(os.environ.get("ISTHMUS_HEALTH_URL") or DEFAULT_URL))
