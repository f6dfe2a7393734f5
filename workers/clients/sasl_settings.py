"""The `sasl.*` settings: the mechanism and what a client logs in with, from `sasl.jaas.config`."""

from __future__ import annotations

import re

from isthmus import ConfigDef
from isthmus.config_def import Type
from workers.clients import oauth_settings
from workers.clients.jaas import JaasError, LoginModule, parse_jaas
from workers.clients.setting import Draft, Setting, ignored, passed_on, refused, translated

SECURITY = "org.apache.kafka.common.security."
PLAIN = SECURITY + "plain.PlainLoginModule"
SCRAM = SECURITY + "scram.ScramLoginModule"
OAUTH = SECURITY + "oauthbearer.OAuthBearerLoginModule"
KERBEROS = "com.sun.security.auth.module.Krb5LoginModule"
MODULES = {
    "PLAIN": (PLAIN, SCRAM),
    "SCRAM-SHA-256": (SCRAM, PLAIN),
    "SCRAM-SHA-512": (SCRAM, PLAIN),
    "OAUTHBEARER": (OAUTH,),
    "GSSAPI": (KERBEROS,),
}
JAVA_CODE = "it would be Java code; the client has PLAIN, SCRAM, OAUTHBEARER and Kerberos built in"
TICKETS = "the client renews tickets by its own rules"
REFRESH = "the client refreshes tokens by its own rules"

SETTINGS: tuple[Setting, ...] = (
    translated(
        "sasl.mechanism", Type.STRING, "GSSAPI", note="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI"
    ),
    translated(
        "sasl.jaas.config",
        Type.PASSWORD,
        None,
        note="its login module and options: sasl.username and sasl.password, or those of Kerberos and OAuth",
    ),
    refused("sasl.client.callback.handler.class", Type.CLASS, None, JAVA_CODE),
    refused(
        "sasl.login.callback.handler.class",
        Type.CLASS,
        None,
        JAVA_CODE,
        SECURITY + "oauthbearer.OAuthBearerLoginCallbackHandler",
        SECURITY + "oauthbearer.secured.OAuthBearerLoginCallbackHandler",
    ),
    refused("sasl.login.class", Type.CLASS, None, JAVA_CODE),
    translated("sasl.kerberos.service.name", Type.STRING, None),
    translated(
        "sasl.kerberos.kinit.cmd", Type.STRING, "/usr/bin/kinit", note="the path of kinit, in the command that is run"
    ),
    translated("sasl.kerberos.min.time.before.relogin", Type.LONG, 60_000, passed_on(low=0, high=86_400_000)),
    ignored("sasl.kerberos.ticket.renew.window.factor", Type.DOUBLE, 0.8, TICKETS),
    ignored("sasl.kerberos.ticket.renew.jitter", Type.DOUBLE, 0.05, TICKETS),
    ignored("sasl.login.refresh.window.factor", Type.DOUBLE, 0.8, REFRESH, validator=ConfigDef.Range.between(0.5, 1.0)),
    ignored(
        "sasl.login.refresh.window.jitter", Type.DOUBLE, 0.05, REFRESH, validator=ConfigDef.Range.between(0.0, 0.25)
    ),
    ignored(
        "sasl.login.refresh.min.period.seconds", Type.SHORT, 60, REFRESH, validator=ConfigDef.Range.between(0, 900)
    ),
    ignored("sasl.login.refresh.buffer.seconds", Type.SHORT, 300, REFRESH, validator=ConfigDef.Range.between(0, 3600)),
    *oauth_settings.SETTINGS,
)

# librdkafka hands its kinit command to a shell, so nothing that a shell could read otherwise may get into it.
_SAFE_PATH = re.compile(r"[A-Za-z0-9_./-]+")
_SAFE_PRINCIPAL = re.compile(r"[A-Za-z0-9_./@-]+")
_KINIT = '{0} -R -t "%{{sasl.kerberos.keytab}}" -k %{{sasl.kerberos.principal}} || {0} -t "%{{sasl.kerberos.keytab}}" -k %{{sasl.kerberos.principal}}'


def settle(draft: Draft) -> None:
    if draft.value("security.protocol").upper() not in ("SASL_PLAINTEXT", "SASL_SSL"):
        return
    mechanism = draft.value("sasl.mechanism")
    if mechanism not in MODULES:
        draft.refuse("sasl.mechanism", mechanism, f"String must be one of: {', '.join(MODULES)}")
        return
    draft.settings["sasl.mechanism"] = mechanism
    try:
        _log_in(draft, mechanism, _login_module(draft, mechanism))
    except JaasError as error:
        draft.errors.append(f"Invalid value [hidden] for configuration sasl.jaas.config: {error}")


def _login_module(draft: Draft, mechanism: str) -> LoginModule:
    text = draft.secret("sasl.jaas.config")
    if text is None:
        if mechanism == "OAUTHBEARER":  # since Kafka 4.1 all of it can be said by settings of their own
            return LoginModule(OAUTH, {})
        raise JaasError(f"it is not set, and {mechanism} needs it (a JAAS file of a Java process is not read)")
    module = parse_jaas(text)
    expected = MODULES[mechanism]
    if module.class_name not in expected:
        raise JaasError(f"{module.class_name} does not serve {mechanism}, expected {expected[0]}")
    return module


def _log_in(draft: Draft, mechanism: str, module: LoginModule) -> None:
    if mechanism == "OAUTHBEARER":
        oauth_settings.log_in(draft, module)
    elif mechanism == "GSSAPI":
        _kerberos(draft, module)
    else:
        _password(draft, module)


def _password(draft: Draft, module: LoginModule) -> None:
    if module.options.get("tokenauth", "").lower() == "true":
        raise JaasError("the client has no delegation tokens (tokenauth=true)")
    for option in ("username", "password"):
        if option not in module.options:
            raise JaasError(f"{module.class_name.rpartition('.')[2]} needs the option {option}")
        draft.settings[f"sasl.{option}"] = module.options[option]


def _kerberos(draft: Draft, module: LoginModule) -> None:
    _service_name(draft, module.options.get("serviceName"))
    principal, keytab = module.options.get("principal"), module.options.get("keyTab")
    if principal is not None:
        draft.settings["sasl.kerberos.principal"] = _safe(principal, _SAFE_PRINCIPAL, "principal")
    if module.options.get("useKeyTab", "").lower() == "true":
        if keytab is None or principal is None:
            raise JaasError("useKeyTab=true needs the options keyTab and principal")
        path = keytab.removeprefix("file:")
        draft.settings["sasl.kerberos.keytab"] = _safe(path, _SAFE_PATH, "keyTab")
        kinit = _safe(draft.value("sasl.kerberos.kinit.cmd"), _SAFE_PATH, "sasl.kerberos.kinit.cmd")
        draft.settings["sasl.kerberos.kinit.cmd"] = _KINIT.format(kinit)
    else:
        # The ticket cache is somebody else's: librdkafka would run kinit with an empty key table.
        draft.settings["sasl.kerberos.min.time.before.relogin"] = 0


def _service_name(draft: Draft, from_module: str | None) -> None:
    given = draft.value("sasl.kerberos.service.name")
    if given and from_module and given != from_module:
        raise JaasError("serviceName differs from sasl.kerberos.service.name")
    if not (given or from_module):
        raise JaasError("Kerberos needs sasl.kerberos.service.name, or the option serviceName")
    draft.settings["sasl.kerberos.service.name"] = given or from_module


def _safe(value: str, pattern: re.Pattern[str], what: str) -> str:
    if not pattern.fullmatch(value) or value.startswith("-"):
        raise JaasError(f"{what} has characters that are not allowed, since it becomes part of a shell command")
    return value
