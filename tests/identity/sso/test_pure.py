"""What is decided without asking anybody: addresses, tokens, who somebody is, what rules give."""

from __future__ import annotations

import base64
import hmac
import json
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk, jwt

from contactcenter.identity.sso.accounts import Enter, Known, Make, decide
from contactcenter.identity.sso.discovery import endpoints_of
from contactcenter.identity.sso.errors import SENTENCES, ProviderRefused
from contactcenter.identity.sso.people import Person, access_of, of_attributes, of_claims
from contactcenter.identity.sso.settings import ProviderBody
from contactcenter.identity.sso.tokens import Expected, UnknownKey, verified_claims
from contactcenter.identity.sso.urls import provider_url, same_reach

NOW = 1_777_777_777.0
KEY = jwk.RSAKey.generate_key(2048, {"kid": "one"})
PUBLIC: list[dict[str, Any]] = [dict(KEY.as_dict(private=False))]
EXPECTED = Expected(issuer="https://idp.example.com", client_id="client", nonce="n")
CLAIMS = {"iss": EXPECTED.issuer, "aud": "client", "sub": "s", "nonce": "n", "iat": NOW, "exp": NOW + 60}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


def body(**other: Any) -> ProviderBody:
    oidc = {"issuer": EXPECTED.issuer, "client_id": "client", **other.pop("oidc", {})}
    return ProviderBody.model_validate({"name": "Corp", "kind": "oidc", "oidc": oidc, **other})


def token(claims: dict[str, Any], **header: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one", **header}, claims, KEY)


def unsigned(header: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in (header, CLAIMS)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])


def test_a_token_is_taken_when_signed_with_a_published_key() -> None:
    assert verified_claims(token(CLAIMS), PUBLIC, EXPECTED, NOW)["sub"] == "s"
    without_name = [{**PUBLIC[0], "kid": None}, *PUBLIC]
    assert verified_claims(jwt.encode({"alg": "RS256"}, CLAIMS, KEY), without_name, EXPECTED, NOW)["sub"] == "s"


def test_neither_unsigned_nor_signed_with_what_everybody_knows() -> None:
    text = unsigned({"alg": "HS256", "kid": "one"}).rstrip(".")
    mac = hmac.digest(KEY.as_pem(private=False), text.encode(), "sha256")
    confused = f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    for forged in (unsigned({"alg": "none"}), confused):
        with pytest.raises(ProviderRefused) as refused:
            verified_claims(forged, PUBLIC, EXPECTED, NOW)
        assert refused.value.code == "token"
    other = jwk.RSAKey.generate_key(2048, {"kid": "one"})
    with pytest.raises(UnknownKey):
        verified_claims(jwt.encode({"alg": "RS256", "kid": "one"}, CLAIMS, other), PUBLIC, EXPECTED, NOW)
    with pytest.raises(UnknownKey):
        verified_claims(token(CLAIMS), [{**PUBLIC[0], "use": "enc"}], EXPECTED, NOW)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from([*CLAIMS, "azp", "nbf", "auth_time", "at_hash"]), JSON, max_size=4))
def test_whatever_is_signed_is_taken_or_refused(changed: dict[str, Any]) -> None:
    claims = {**CLAIMS, **changed}
    try:
        found = verified_claims(token(claims), PUBLIC, EXPECTED, NOW)
    except ProviderRefused:
        return
    assert (found["iss"], found["nonce"]) == (EXPECTED.issuer, "n")
    assert found["exp"] + 60 > NOW


@settings(max_examples=100)
@given(st.text(alphabet=string.ascii_letters + string.digits + "-_.=", max_size=80))
def test_whatever_comes_as_a_token_is_refused(text: str) -> None:
    with pytest.raises(ProviderRefused):
        verified_claims(text, PUBLIC, EXPECTED, NOW)


@settings(max_examples=100)
@given(JSON, JSON)
def test_any_discovery_document_is_right_or_refused(document: Any, key_url: Any) -> None:
    with pytest.raises(ProviderRefused):
        endpoints_of(document, EXPECTED.issuer)
    with pytest.raises(ProviderRefused):
        endpoints_of({"issuer": EXPECTED.issuer, "jwks_uri": key_url}, EXPECTED.issuer)


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example.com",
        "https://",
        "https://a b",
        "https://user@idp.example.com",
        "https://idp.example.com/#x",
        "https://idp.example.com:99999",
        "file:///etc/passwd",
        "//idp.example.com",
        "https://idp.example.com\n",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
    ],
)
def test_addresses_that_are_not_asked(url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        provider_url(url)


def test_a_provider_elsewhere_leads_to_no_address_of_this_machine() -> None:
    for url in ("http://127.0.0.1/keys", "http://localhost:9/keys", "http://[::1]/keys", "https://127.0.0.1/keys"):
        assert same_reach(url, "http://127.0.0.1:1234")
        assert not same_reach(url, "https://idp.example.com")
    assert same_reach("https://keys.example.org/", "https://idp.example.com")


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    found = sentence = ""
    try:
        found = provider_url(text)
    except ValueError as error:
        sentence = str(error)
    assert found == text if not sentence else sentence.startswith("must")


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(["sub", "email", "email_verified", "name", "groups", "auth_time", "a"]), JSON))
def test_any_claims_are_a_person(claims: dict[str, Any]) -> None:
    person = of_claims(claims, body(roles_claim="a.b"))
    assert person.subject == (claims.get("sub") if person.subject else "")
    assert not (person.email_verified and claims["email_verified"] not in (True, "true"))
    assert all(value and value == value.strip() for value in person.values)


def test_claims_by_name_by_path_and_by_other_names() -> None:
    claims = {"sub": "s", "mail": "A@B.example", "realm": {"roles": ["x", 1, "", "y"]}, "given_name": "Ann", "x.y": "v"}
    person = of_claims(claims, body(email_claim="mail", roles_claim="realm.roles"))
    assert (person.email, person.values, person.name) == ("a@b.example", ("x", "y"), "Ann")
    assert of_claims(claims, body(roles_claim="x.y")).values == ("v",)
    assert of_claims({"sub": "s", "groups": ["a"], "roles": ["b", "a"]}, body()).values == ("a", "b")
    trusted = body(oidc={"email_trusted": True})
    assert of_claims({"sub": "s", "email": "a@b.example", "email_verified": False}, trusted).email_verified


def test_attributes_of_the_usual_providers() -> None:
    saml = ProviderBody.model_validate({"name": "S", "kind": "saml", "saml": {"metadata_xml": "x"}})
    entra = {
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": ["a@b.example"],
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups": ["g"],
    }
    person = of_attributes("id", entra, saml, None)
    assert (person.email, person.values) == ("a@b.example", ("g",))
    assert of_attributes("name@b.example", {}, saml, None).email == "name@b.example"
    assert of_attributes("x" * 256, {}, saml, None).subject == ""


def test_rules_that_fit_give_together() -> None:
    rules = [
        {"value": "a", "roles": [{"role": "agent", "where": {"teams": ["t1"]}}], "teams": ["t1"]},
        {"value": "b", "roles": [{"role": "agent", "where": {"queues": ["q"]}}], "teams": ["t2"]},
        {"value": "c", "roles": [{"role": "agent"}]},
    ]
    ruled = body(rules=rules, default_roles=[{"role": "editor"}])
    both = access_of(ruled, ["a", "b"])
    (role,) = both.roles
    assert role.where is not None
    assert (role.where.teams, role.where.queues, set(both.teams)) == (["t1"], ["q"], {"t1", "t2"})
    assert access_of(ruled, ["a", "c"]).roles[0].where is None
    assert [each.role for each in access_of(ruled, ["A"]).roles] == ["editor"]
    assert access_of(ruled, []).ruled_teams == {"t1", "t2"}


KNOWN = st.none() | st.builds(Known, user_id=st.just("u"), enabled=st.booleans(), linked_otherwise=st.booleans())


@settings(max_examples=300)
@given(
    st.builds(
        Person,
        subject=st.sampled_from(["", "s"]),
        email=st.sampled_from(["", "a@corp.example", "a@other.example"]),
        email_verified=st.booleans(),
        values=st.sampled_from([(), ("g",)]),
    ),
    KNOWN,
    KNOWN,
    st.booleans(),
    st.booleans(),
    st.sampled_from([[], ["corp.example"]]),
)
def test_nobody_gets_in_without_a_reason(
    person: Person, linked: Known | None, same: Known | None, link: bool, provision: bool, domains: list[str]
) -> None:
    rules = [{"value": "g", "roles": [{"role": "agent"}]}]
    settings_ = body(link_by_email=link, provision=provision, email_domains=domains, rules=rules)
    try:
        found = decide(settings_, person, linked, same)
    except ProviderRefused as refused:
        code = refused.code
    else:
        code = ""
    if code:
        assert code in SENTENCES
        return
    assert person.subject
    assert not domains or person.email.endswith("@corp.example")
    if isinstance(found, Make):
        assert provision
        assert person.email_verified
        assert person.values
        assert linked is None
        assert same is None
    elif found == Enter("u", link=True):
        assert link
        assert person.email_verified
        assert linked is None
        assert same is not None
        assert same.enabled
        assert not same.linked_otherwise
    else:
        assert linked is not None
        assert linked.enabled
