"""Who may use the REST API: Connect's BasicAuthSecurityRestExtension, configured as for Java.

`rest.extension.classes` names the extension; the JAAS file is given as Kafka's scripts take it, in the environment variable
KAFKA_OPTS as `-Djava.security.auth.login.config=FILE`. Its entry `KafkaConnect` names the PropertyFileLoginModule with the
option `file`, a properties file of users and passwords. Read once, by the worker, at start.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import javaproperties

from workers.clients.jaas import JaasError, parse_jaas
from workers.errors import StartError

EXTENSION = "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"
LOGIN_MODULE = "org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule"
_PROPERTY = "-Djava.security.auth.login.config="
_ENTRY = re.compile(
    r"""/\*.*?\*/ | //[^\n]*
      | (?P<name>[^\s{};"']+) \s* \{ (?P<body>(?: "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | [^}"'] )*) \} \s* ;""",
    re.VERBOSE | re.DOTALL,
)


def credentials_from(extensions: Sequence[str], environment: Mapping[str, str]) -> dict[str, str] | None:
    """User to password; None when no extension asks for authentication. StartError names what is wrong."""
    unknown = [name for name in extensions if name not in (EXTENSION, EXTENSION.rpartition(".")[2])]
    if unknown:
        raise StartError(f"rest.extension.classes: {', '.join(unknown)} is not known; there is {EXTENSION} only")
    if not extensions:
        return None
    return _credentials(_login_file(environment.get("KAFKA_OPTS", "")))


def _login_file(options: str) -> Path:
    try:
        words = shlex.split(options)
    except ValueError as error:
        raise StartError(f"The environment variable KAFKA_OPTS cannot be taken apart into options: {error}") from error
    given = [word.removeprefix(_PROPERTY) for word in words if word.startswith(_PROPERTY)]
    if not given:
        raise StartError(f"Basic authentication needs a JAAS file: set KAFKA_OPTS to {_PROPERTY}FILE")
    return Path(given[-1].removeprefix("="))  # Java: a doubled = replaces the system's configuration


def _credentials(login_file: Path) -> dict[str, str]:
    body = _entry(_read(login_file, "JAAS file"), login_file)
    try:
        module = parse_jaas(body)
    except JaasError as error:
        raise StartError(f"Entry KafkaConnect of {login_file}: {error}") from error
    if module.class_name != LOGIN_MODULE:
        raise StartError(f"Entry KafkaConnect of {login_file}: the login module has to be {LOGIN_MODULE}")
    file = module.options.get("file", "").strip()
    if not file:
        raise StartError("Property Credentials file must be specified")
    try:
        return dict(javaproperties.loads(_read(Path(file), "Property Credentials file")))
    except javaproperties.InvalidUEscapeError:  # its text has a piece of a password
        raise StartError(f"Property Credentials file {file}: \\u is not followed by four hexadecimal digits") from None


def _entry(text: str, login_file: Path) -> str:
    for match in _ENTRY.finditer(text):
        if match["name"] == "KafkaConnect":
            return str(match["body"])
    raise StartError(f"{login_file} has no entry KafkaConnect")


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="iso-8859-1")
    except OSError as error:
        raise StartError(f"Error loading {what} {path}: {error.strerror}") from error
