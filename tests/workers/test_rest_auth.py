"""Basic authentication: from KAFKA_OPTS over the JAAS file to users and passwords."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.errors import StartError
from workers.rest_auth import EXTENSION, LOGIN_MODULE, credentials_from

SHORT = EXTENSION.rpartition(".")[2]


def environment(tmp_path: Path, login: str, users: str = "ann=s:cret\nbob = two words\n") -> dict[str, str]:
    (tmp_path / "users").write_text(users)
    (tmp_path / "login").write_text(login.replace("USERS", str(tmp_path / "users")).replace("MODULE", LOGIN_MODULE))
    return {"KAFKA_OPTS": f"-Dother=x '-Djava.security.auth.login.config={tmp_path / 'login'}'"}


@pytest.mark.parametrize("name", [EXTENSION, SHORT])
def test_users_are_read_from_the_file_of_the_entry(tmp_path: Path, name: str) -> None:
    login = """
        /* KafkaConnect { not this one } */
        KafkaServer { org.example.Module required password="} KafkaConnect {"; };
        KafkaConnect { // the one
            MODULE required
            file="USERS";
        };
    """

    assert credentials_from([name], environment(tmp_path, login)) == {"ann": "s:cret", "bob": "two words"}


def test_without_the_extension_nobody_is_asked() -> None:
    assert credentials_from([], {}) is None


@pytest.mark.parametrize(
    ("login", "message"),
    [
        ("KafkaClient { MODULE required file='USERS'; };", "has no entry KafkaConnect"),
        ("KafkaConnect { org.example.Other required file='USERS'; };", "the login module has to be"),
        ("KafkaConnect { MODULE required; };", "Property Credentials file must be specified"),
        ("KafkaConnect { MODULE required file=' '; };", "Property Credentials file must be specified"),
        ("KafkaConnect { MODULE required file='USERS.gone'; };", "Error loading Property Credentials file"),
        ("KafkaConnect { MODULE file='USERS'; };", "Entry KafkaConnect of"),
    ],
)
def test_a_wrong_login_file_stops_the_start(tmp_path: Path, login: str, message: str) -> None:
    with pytest.raises(StartError, match=message):
        credentials_from([EXTENSION], environment(tmp_path, login))


def test_a_missing_login_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="Basic authentication needs a JAAS file"):
        credentials_from([EXTENSION], {})
    with pytest.raises(StartError, match="Error loading JAAS file"):
        credentials_from([EXTENSION], {"KAFKA_OPTS": f"-Djava.security.auth.login.config={tmp_path / 'none'}"})


def test_an_unknown_extension_is_named() -> None:
    with pytest.raises(StartError, match=r"rest\.extension\.classes: org\.example\.Mine is not known"):
        credentials_from([EXTENSION, "org.example.Mine"], {})


def test_options_that_are_no_words_stop_the_start() -> None:
    with pytest.raises(StartError, match="KAFKA_OPTS cannot be taken apart into options: No closing quotation"):
        credentials_from([EXTENSION], {"KAFKA_OPTS": '-Dx="y'})


def test_a_malformed_escape_in_the_file_of_users_stops_the_start_without_telling_the_password(tmp_path: Path) -> None:
    login = "KafkaConnect { MODULE required file='USERS'; };"

    with pytest.raises(StartError, match=r"users: .* four hexadecimal digits") as refused:
        credentials_from([EXTENSION], environment(tmp_path, login, "ann=s3cret\\u12zz\n"))

    assert "12zz" not in str(refused.value)
