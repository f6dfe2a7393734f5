from __future__ import annotations

from pathlib import Path

import pytest

from isthmus import ConfigError, ConfigProvider
from workers.config_providers import (
    DirectoryConfigProvider,
    EnvVarConfigProvider,
    FileConfigProvider,
    configured_providers,
)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    (tmp_path / "secrets.properties").write_text("user=me\npassword=pä ss\n", encoding="utf-8")
    (tmp_path / "token").write_text(" kept as it is \n")
    (tmp_path / "below").mkdir()
    return tmp_path


def test_a_file_gives_the_keys_that_are_asked_for(secrets: Path) -> None:
    path = str(secrets / "secrets.properties")
    assert FileConfigProvider().get(path, {"password", "absent"}).data == {"password": "pä ss"}
    assert FileConfigProvider().get(path).data == {"user": "me", "password": "pä ss"}
    assert FileConfigProvider().get("").data == {}


def test_a_file_that_cannot_be_read_is_named(secrets: Path) -> None:
    with pytest.raises(ConfigError, match=f"Could not read properties from file {secrets}/absent"):
        FileConfigProvider().get(f"{secrets}/absent")


def test_a_folder_gives_its_files_as_they_are(secrets: Path) -> None:
    data = DirectoryConfigProvider().get(str(secrets)).data
    assert set(data) == {"secrets.properties", "token"}
    assert data["token"] == " kept as it is \n"
    assert DirectoryConfigProvider().get(str(secrets), {"token"}).data == {"token": " kept as it is \n"}


def test_a_path_that_is_no_folder_gives_nothing(secrets: Path) -> None:
    assert DirectoryConfigProvider().get(str(secrets / "token")).data == {}


@pytest.mark.parametrize("provider", [FileConfigProvider(), DirectoryConfigProvider()])
def test_paths_outside_of_the_allowed_ones_give_nothing(secrets: Path, provider: ConfigProvider) -> None:
    provider.configure({"allowed.paths": f"{secrets}/below"})
    path = secrets if isinstance(provider, DirectoryConfigProvider) else secrets / "secrets.properties"
    assert provider.get(str(path)).data == {}
    assert provider.get(f"{secrets}/below/../{path.name if path != secrets else ''}").data == {}


@pytest.mark.parametrize(
    ("path", "text"), [("relative", "Path relative is not absolute"), ("/a/b/c", "does not exist")]
)
def test_allowed_paths_have_to_be_there(path: str, text: str) -> None:
    with pytest.raises(ConfigError, match=text):
        FileConfigProvider().configure({"allowed.paths": path})


def test_environment_variables_can_be_limited_by_a_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_A", "1")
    monkeypatch.setenv("OTHER_APP_A", "2")
    provider = EnvVarConfigProvider()
    assert provider.get("", {"APP_A", "OTHER_APP_A"}).data == {"APP_A": "1", "OTHER_APP_A": "2"}
    provider.configure({"allowlist.pattern": "APP_.*"})
    assert provider.get("", {"APP_A", "OTHER_APP_A"}).data == {"APP_A": "1"}
    with pytest.raises(ConfigError, match="invalid value 'x'"):
        provider.get("x", {"APP_A"})


def test_providers_are_made_from_the_workers_properties(secrets: Path) -> None:
    props = {
        "config.providers": "env, dir,without.class",
        "config.providers.env.class": "EnvVar",
        "config.providers.env.param.allowlist.pattern": "NOTHING",
        "config.providers.dir.class": "org.apache.kafka.common.config.provider.DirectoryConfigProvider",
    }
    providers = configured_providers(props)
    assert set(providers) == {"env", "dir"}
    assert providers["env"].get("").data == {}


def test_a_class_that_is_not_ours_is_for_whoever_may_load_plug_ins() -> None:
    class Vault(EnvVarConfigProvider):
        pass

    def load(_class_name: str) -> type[ConfigProvider]:
        return Vault

    props = {"config.providers": "v", "config.providers.v.class": "acme.Vault"}
    assert isinstance(configured_providers(props, load)["v"], Vault)
    with pytest.raises(ConfigError, match=r"Invalid value acme.Vault for configuration config.providers.v.class"):
        configured_providers(props)
