"""What is set of an identity provider, as its form and its file take it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from contactcenter.api.fields import Name, Ref, Settings
from contactcenter.identity.sso.urls import provider_url
from contactcenter.identity.users import HasRole

METHOD: Final = "sso:"
"""How a session's method begins that was opened by a provider; its id follows."""
ID_LENGTH: Final = 18
"""`sso:<id>+recovery` names how a session was opened, in 32 characters."""
ProviderId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=ID_LENGTH)]
Url = Annotated[str, AfterValidator(provider_url)]
Claim = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Scope = Annotated[str, StringConstraints(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]+$", max_length=200)]
Domain = Annotated[
    str, StringConstraints(to_lower=True, strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=253)
]
Kind = Literal["oidc", "saml"]
Preset = Literal["other", "google", "microsoft"]
Intent = Literal["sign-in", "link", "proof", "trial"]


class Oidc(Settings):
    """OpenID Connect. `issuer` exactly as the provider says it of itself; `from_environment` names an environment
    variable that holds the client's secret, in place of one kept here (none but those called CC_SECRET_…: whoever sets
    a provider up must not send it this server's other secrets). `email_trusted`: addresses count as verified though
    the provider does not say so (Microsoft, within one organisation)."""

    preset: Preset = "other"
    issuer: Url
    client_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    from_environment: Annotated[str, StringConstraints(pattern=r"^(CC_SECRET_[A-Z0-9_]+)?$", max_length=100)] = ""
    scopes: list[Scope] = Field(default=["openid", "email", "profile"], min_length=1, max_length=30)
    email_trusted: bool = False

    @model_validator(mode="after")
    def _check_scopes(self) -> Oidc:
        if "openid" not in self.scopes:
            raise ValueError('scopes must hold "openid"')
        return self


class Saml(Settings):
    """SAML 2.0: the provider's metadata, by its address or as it is. `sign_requests` with this server's own key."""

    metadata_url: Url | None = None
    metadata_xml: Annotated[str, StringConstraints(max_length=500_000)] | None = None
    sign_requests: bool = False

    @model_validator(mode="after")
    def _check_metadata(self) -> Saml:
        if bool(self.metadata_url) == bool(self.metadata_xml):
            raise ValueError("give either the address of the metadata or the metadata itself")
        return self


class Rule(Settings):
    """Who has `value` in the claim of roles gets these roles and teams."""

    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    roles: list[HasRole] = Field(default_factory=list, max_length=20)
    teams: list[Ref] = Field(default_factory=list, max_length=100)


class ProviderBody(Settings):
    """`link_by_email`: the first sign-in is joined to the account with the same verified address. `email_domains`:
    addresses of others are refused; empty: none are. `provision`: who has no account gets one. `roles_follow`: roles
    are set anew at each sign-in. `default_roles` are given where no rule fits. `second_factor` trust: the provider
    asks for it, so none is asked here. `proves`: a fresh sign-in there counts as the proof before dangerous acts.
    Names of claims (attributes in SAML) may be empty: the usual ones."""

    name: Name
    kind: Kind
    enabled: bool = True
    oidc: Oidc | None = None
    saml: Saml | None = None
    email_claim: Claim = ""
    name_claim: Claim = ""
    roles_claim: Claim = ""
    email_domains: list[Domain] = Field(default_factory=list, max_length=100)
    link_by_email: bool = False
    provision: bool = False
    roles_follow: bool = False
    rules: list[Rule] = Field(default_factory=list, max_length=200)
    default_roles: list[HasRole] = Field(default_factory=list, max_length=20)
    second_factor: Literal["ask", "trust"] = "ask"
    proves: bool = True

    @model_validator(mode="after")
    def _check_kind(self) -> ProviderBody:
        wanted, other = (self.oidc, self.saml) if self.kind == "oidc" else (self.saml, self.oidc)
        if wanted is None:
            raise ValueError(f"{self.kind} must be filled in for a provider of this kind")
        if other is not None:
            raise ValueError(f"only {self.kind} can be filled in for a provider of this kind")
        return self


class ChangedProvider(ProviderBody):
    """`client_secret` null: the one that is kept stays; empty: it goes."""

    client_secret: Annotated[str, StringConstraints(max_length=2000)] | None = None


class NewProvider(ChangedProvider):
    """Without an id one is made from the name."""

    id: ProviderId | None = None


def document(body: ProviderBody) -> dict[str, Any]:
    """As it is kept and recorded: without the secret, which is sealed elsewhere."""
    return ProviderBody.model_validate(body.model_dump(exclude={"client_secret", "id"})).model_dump(mode="json")
