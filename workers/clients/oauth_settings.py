"""The settings of SASL OAUTHBEARER: librdkafka fetches tokens itself ("oidc"), by client credentials or an assertion."""

from __future__ import annotations

from urllib.parse import urlsplit

from isthmus import ConfigDef
from isthmus.config_def import Type
from workers.clients.jaas import JaasError, LoginModule
from workers.clients.setting import Draft, Setting, ignored, passed_on, refused, translated

PACKAGE = "org.apache.kafka.common.security.oauthbearer."
ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"
OIDC = "sasl.oauthbearer."
BROKER = "the broker checks tokens, the client does not"
JAVA_CODE = "it would be Java code"
LOGIN = "requests for tokens are repeated by the client's own rules"

RETRIEVERS = {
    PACKAGE + "DefaultJwtRetriever": "client_credentials",
    PACKAGE + "ClientCredentialsJwtRetriever": "client_credentials",
    PACKAGE + "JwtBearerJwtRetriever": ASSERTION,
}

SETTINGS: tuple[Setting, ...] = (
    translated(OIDC + "token.endpoint.url", Type.STRING, None, note="http and https only"),
    translated(OIDC + "client.credentials.client.id", Type.STRING, None, note="before the JAAS option clientId"),
    translated(
        OIDC + "client.credentials.client.secret", Type.PASSWORD, None, note="before the JAAS option clientSecret"
    ),
    translated(OIDC + "scope", Type.STRING, None, note="before the JAAS option scope"),
    translated(OIDC + "sub.claim.name", Type.STRING, "sub", passed_on()),
    translated(
        OIDC + "jwt.retriever.class",
        Type.CLASS,
        PACKAGE + "DefaultJwtRetriever",
        note="Kafka's own for client credentials and assertions; others are refused",
    ),
    refused(
        OIDC + "jwt.validator.class",
        Type.CLASS,
        PACKAGE + "DefaultJwtValidator",
        JAVA_CODE,
        PACKAGE + "ClientJwtValidator",
    ),
    *(
        translated(OIDC + f"assertion.{name}", type_, default, validator=validator, note="with JwtBearerJwtRetriever")
        for name, type_, default, validator in (
            ("algorithm", Type.STRING, "RS256", ConfigDef.CaseInsensitiveValidString.in_("ES256", "RS256")),
            ("claim.aud", Type.STRING, None, None),
            ("claim.exp.seconds", Type.INT, 300, ConfigDef.Range.between(0, 86_400)),
            ("claim.iss", Type.STRING, None, None),
            ("claim.jti.include", Type.BOOLEAN, False, None),
            ("claim.nbf.seconds", Type.INT, 60, ConfigDef.Range.between(0, 3600)),
            ("claim.sub", Type.STRING, None, None),
            ("file", Type.STRING, None, None),
            ("private.key.file", Type.STRING, None, None),
            ("private.key.passphrase", Type.PASSWORD, None, None),
            ("template.file", Type.STRING, None, None),
        )
    ),
    refused(OIDC + "header.urlencode", Type.BOOLEAN, False, "the client does not encode its credentials"),
    ignored(OIDC + "scope.claim.name", Type.STRING, "scope", BROKER),
    ignored(OIDC + "clock.skew.seconds", Type.INT, 30, BROKER),
    ignored(OIDC + "expected.audience", Type.LIST, [], BROKER),
    ignored(OIDC + "expected.issuer", Type.STRING, None, BROKER),
    ignored(OIDC + "jwks.endpoint.url", Type.STRING, None, BROKER),
    ignored(OIDC + "jwks.endpoint.refresh.ms", Type.LONG, 3_600_000, BROKER),
    ignored(OIDC + "jwks.endpoint.retry.backoff.ms", Type.LONG, 100, BROKER),
    ignored(OIDC + "jwks.endpoint.retry.backoff.max.ms", Type.LONG, 10_000, BROKER),
    ignored("sasl.login.connect.timeout.ms", Type.INT, None, LOGIN),
    ignored("sasl.login.read.timeout.ms", Type.INT, None, LOGIN),
    ignored("sasl.login.retry.backoff.ms", Type.LONG, 100, LOGIN),
    ignored("sasl.login.retry.backoff.max.ms", Type.LONG, 10_000, LOGIN),
)


def log_in(draft: Draft, module: LoginModule) -> None:
    """JaasError when something that the login needs is missing."""
    url = draft.value(OIDC + "token.endpoint.url")
    if url:
        _oidc(draft, module, url)
    elif "unsecuredLoginStringClaim_sub" in module.options:
        _unsecured(draft, module.options["unsecuredLoginStringClaim_sub"])
    else:
        raise JaasError("OAUTHBEARER needs sasl.oauthbearer.token.endpoint.url")


def _oidc(draft: Draft, module: LoginModule, url: str) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        draft.refuse(OIDC + "token.endpoint.url", url, "expected an address of http or https")
    draft.settings[OIDC + "method"] = "oidc"
    draft.settings[OIDC + "token.endpoint.url"] = url
    if extensions := _extensions(module):
        draft.settings[OIDC + "extensions"] = extensions
    _authority(draft, module)
    grant = _grant_type(draft)
    if grant == ASSERTION:
        _assertion(draft)
    elif grant is not None:
        _credentials(draft, module)
    if scope := draft.value(OIDC + "scope") or module.options.get("scope"):
        draft.settings[OIDC + "scope"] = scope


def _grant_type(draft: Draft) -> str | None:
    name = OIDC + "jwt.retriever.class"
    retriever = draft.value(name)
    if retriever not in RETRIEVERS:
        draft.refuse(name, retriever, JAVA_CODE)
    return RETRIEVERS.get(retriever)


def _credentials(draft: Draft, module: LoginModule) -> None:
    client_id = draft.value(OIDC + "client.credentials.client.id") or module.options.get("clientId")
    secret = draft.secret(OIDC + "client.credentials.client.secret") or module.options.get("clientSecret")
    if not client_id or not secret:
        raise JaasError("OAUTHBEARER needs sasl.oauthbearer.client.credentials.client.id and .client.secret")
    draft.settings[OIDC + "client.id"] = client_id
    draft.settings[OIDC + "client.secret"] = secret


def _assertion(draft: Draft) -> None:
    """Made and signed by the client, unless there is a file with one: then nothing else counts, as in Java."""
    prefix = OIDC + "assertion."
    draft.settings[OIDC + "grant.type"] = ASSERTION
    given = {name.removeprefix(prefix): draft.secret(name) for name in draft.given if name.startswith(prefix)}
    if given.get("file"):
        given = {"file": given["file"]}
    for name, value in given.items():
        draft.settings[prefix + ("jwt.template.file" if name == "template.file" else name)] = value
    if given.get("claim.exp.seconds") == 0:
        draft.settings[prefix + "claim.exp.seconds"] = 1


def _extensions(module: LoginModule) -> str:
    prefix = "extension_"
    found = {name.removeprefix(prefix): value for name, value in module.options.items() if name.startswith(prefix)}
    return ",".join(f"{name}={value}" for name, value in found.items())


def _authority(draft: Draft, module: LoginModule) -> None:
    """The trust store for the token endpoint itself: in Java an option of the login module."""
    path = module.options.get("ssl.truststore.location")
    if path is None:
        return
    from workers.clients import key_stores  # not at the top, as in tls_settings

    try:
        if module.options.get("ssl.truststore.type", "JKS").upper() == "PEM":
            trusted = key_stores.certificates_from_pem(key_stores.read_pem(path), path)
        else:
            trusted = key_stores.certificates_from_store(path, module.options.get("ssl.truststore.password"))
    except key_stores.StoreError as error:
        raise JaasError(f"ssl.truststore: {error}") from error
    draft.settings["https.ca.pem"] = trusted


def _unsecured(draft: Draft, principal: str) -> None:
    if any(char.isspace() for char in principal):
        raise JaasError("unsecuredLoginStringClaim_sub may not have blanks")
    draft.settings["enable.sasl.oauthbearer.unsecure.jwt"] = True
    draft.settings[OIDC + "config"] = f"principal={principal}"
    draft.warn("sasl.jaas.config: unsecured tokens are for development only")
