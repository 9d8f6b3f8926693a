"""From what a provider says of somebody to a person, and from the person to roles and teams. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from contactcenter.identity.sso.settings import ProviderBody
from contactcenter.identity.users import HasRole, Where, plain_email

SUBJECT_LENGTH: Final = 255
_VALUES = 1000
_LONGEST = 320
_OIDC_ROLES = ("groups", "roles")
_SAML_EMAIL = (
    "email",
    "mail",
    "emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
)
_SAML_NAME = (
    "displayName",
    "name",
    "cn",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "urn:oid:2.5.4.3",
    "http://schemas.microsoft.com/identity/claims/displayname",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
)
_SAML_ROLES = (
    "groups",
    "roles",
    "memberOf",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
    "http://schemas.xmlsoap.org/claims/Group",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who a provider says somebody is.

    `subject` is the provider's lasting name for the person, empty when it is none that can be kept; `email` in our
    spelling, empty when there is none; `values` of the claim of roles; `authenticated_at` in unix seconds, None when
    the provider does not say; `claims`: all of it, for who sets the provider up.
    """

    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    values: tuple[str, ...] = ()
    authenticated_at: float | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)


def of_claims(claims: Mapping[str, Any], body: ProviderBody) -> Person:
    """OpenID Connect Core 1.0 §5.1. `claims` of a verified ID token, joined with those of the UserInfo endpoint."""
    email = _email(_text(_claim(claims, body.email_claim or "email")))
    verified = claims.get("email_verified")
    moment = claims.get("auth_time")
    names = [body.roles_claim] if body.roles_claim else list(_OIDC_ROLES)
    trusted = body.oidc is not None and body.oidc.email_trusted
    return Person(
        subject=_subject(claims.get("sub")),
        email=email,
        # Some providers say it as a text.
        email_verified=bool(email) and (trusted or verified is True or verified == "true"),
        name=_name(claims, body.name_claim),
        values=_values(_claim(claims, name) for name in names),
        authenticated_at=float(moment) if isinstance(moment, int | float) and not isinstance(moment, bool) else None,
        claims=claims,
    )


def of_attributes(
    name_id: str, attributes: Mapping[str, Sequence[Any]], body: ProviderBody, authenticated_at: float | None
) -> Person:
    """Of a signed assertion. SAML knows no "verified": addresses are the provider's word, which whoever lets accounts
    be linked by them has chosen to trust."""

    def first(asked: str, usual: Sequence[str]) -> str:
        found = (attributes.get(name) for name in ([asked] if asked else usual))
        return next((_text(values[0]) for values in found if values), "")

    email = _email(first(body.email_claim, _SAML_EMAIL)) or _email(name_id)
    names = [body.roles_claim] if body.roles_claim else _SAML_ROLES
    return Person(
        subject=_subject(name_id),
        email=email,
        email_verified=bool(email),
        name=first(body.name_claim, _SAML_NAME),
        values=_values(attributes.get(name) for name in names),
        authenticated_at=authenticated_at,
        claims={"NameID": name_id, **attributes},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What rules give: roles with where they count, and teams. `ruled_teams`: those that any rule speaks of."""

    roles: tuple[HasRole, ...]
    teams: frozenset[str]
    ruled_teams: frozenset[str]


def access_of(body: ProviderBody, values: Iterable[str]) -> Access:
    """What all rules that fit give together; the same role in several places counts in all of them."""
    had = set(values)
    fitting = [rule for rule in body.rules if rule.value in had]
    given = [role for rule in fitting for role in rule.roles] or list(body.default_roles)
    places: dict[str, Where | None] = {}
    for role in given:
        known = places.get(role.role, Where())
        if known is None or role.where is None:
            places[role.role] = None
        else:
            places[role.role] = Where(
                teams=sorted({*known.teams, *role.where.teams}), queues=sorted({*known.queues, *role.where.queues})
            )
    return Access(
        roles=tuple(HasRole(role=role, where=places[role]) for role in sorted(places)),
        teams=frozenset(team for rule in fitting for team in rule.teams),
        ruled_teams=frozenset(team for rule in body.rules for team in rule.teams),
    )


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """By its name, otherwise by its path ("realm_access.roles")."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found


def _name(claims: Mapping[str, Any], asked: str) -> str:
    if asked:
        return _text(_claim(claims, asked))
    whole = _text(claims.get("name"))
    parts = [_text(claims.get("given_name")), _text(claims.get("family_name"))]
    return whole or " ".join(part for part in parts if part) or _text(claims.get("preferred_username"))


def _values(found: Iterable[Any]) -> tuple[str, ...]:
    values: dict[str, None] = {}
    for each in found:
        for value in [each] if isinstance(each, str) else each if isinstance(each, list | tuple) else []:
            if isinstance(value, str) and value.strip() and len(values) < _VALUES:
                values[value.strip()] = None
    return tuple(values)


def _subject(value: Any) -> str:
    """As it is, never bent into shape: two of them must not become one."""
    fits = isinstance(value, str) and len(value) <= SUBJECT_LENGTH and value.isprintable() and value.strip() == value
    return value if fits else ""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(sign for sign in value if sign.isprintable()).strip()[:_LONGEST]


def _email(text: str) -> str:
    try:
        return plain_email(text)
    except ValueError:
        return ""
