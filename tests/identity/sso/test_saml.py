"""SAML: what is taken and what is not, with real signatures; and once all the way by HTTP."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names

from contactcenter.identity.sso import saml
from contactcenter.identity.sso.errors import ProviderRefused
from contactcenter.identity.sso.settings import ProviderBody
from tests.fakes.saml_idp import FakeSaml
from tests.identity.sso.conftest import Browser, Place

SERVICE_KEY, SERVICE_CERTIFICATE = saml.new_key(datetime.now(UTC))
SERVICE = saml.Service(
    entity_id="https://cc.example.com/api/v1/sso/corp/metadata",
    answers="https://cc.example.com/api/v1/sso/corp/acs",
    certificate=SERVICE_CERTIFICATE,
    key=SERVICE_KEY,
)
IDP = FakeSaml()
PROVIDER = saml.provider_of(IDP.metadata())
BODY = ProviderBody.model_validate({"name": "Corp", "kind": "saml", "saml": {"metadata_xml": "x"}})
ASKED = {"id": "_question", "issuer": SERVICE.entity_id, "acs": SERVICE.answers}


def take(answer: str, *, proof_after: float | None = None) -> saml.Asserted:
    return saml.asserted(
        answer, PROVIDER, SERVICE, BODY, request_id="_question", now=time.time(), proof_after=proof_after
    )


def code_of(answer: str, **other: Any) -> str:
    with pytest.raises(ProviderRefused) as refused:
        take(answer, **other)
    assert "ann@example.com" not in refused.value.detail
    return refused.value.code


def test_a_right_answer_says_who_it_is() -> None:
    found = take(IDP.answer(ASKED, assertion_id="_one"))
    person = found.person
    assert (person.subject, person.email, person.email_verified) == ("ann-at-idp", "ann@example.com", True)
    assert (person.name, person.values) == ("Ann & Co", ("support", "berlin"))
    assert found.assertion_id == "_one"
    assert 0 < found.until - time.time() <= 600
    assert take(IDP.answer(ASKED), proof_after=time.time() - 5).person.subject == "ann-at-idp"


NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"sign": "nothing"}, "token"),
        ({"sign": "response"}, "token"),
        ({"to": "_another"}, "token"),
        ({"to": ""}, "token"),
        ({"audience": "https://other.example.com"}, "token"),
        ({"audience": ""}, "token"),
        ({"recipient": "https://other.example.com/acs"}, "token"),
        ({"recipient": SERVICE.answers + "/and/more"}, "token"),
        ({"destination": "https://other.example.com/acs"}, "token"),
        ({"issuer": "https://other-idp.example.com"}, "token"),
        ({"until": NOW - timedelta(hours=10), "made": NOW - timedelta(hours=20)}, "clock"),
        ({"made": NOW + timedelta(hours=10), "until": NOW + timedelta(hours=20)}, "clock"),
        ({"algorithm": Names.RSA_SHA1}, "token"),
        ({"change": ("ann-at-idp", "bea-at-idp")}, "token"),
        ({"change": ("<saml:AttributeValue>support", "<saml:AttributeValue>admins")}, "token"),
        ({"wrap": True}, "token"),
        ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, "denied"),
    ],
)
def test_a_wrong_answer_is_refused(wrong: dict[str, Any], code: str) -> None:
    assert code_of(IDP.answer(ASKED, **wrong)) == code


def test_a_signature_of_somebody_else_is_refused() -> None:
    key, certificate = saml.new_key(datetime.now(UTC))
    assert code_of(IDP.answer(ASKED, key=key, certificate=certificate)) == "token"


def test_the_first_of_two_assertions_is_not_taken_for_the_signed_one() -> None:
    """Signature wrapping: the signed assertion moved where nobody looks."""
    text = base64.b64decode(IDP.answer(ASKED)).decode()
    tree = etree.fromstring(text)
    signed = tree.find(f"{{{Names.NS_SAML}}}Assertion")
    forged = etree.fromstring(etree.tostring(signed))
    forged.set("ID", "_forged")
    forged.remove(forged.find(f"{{{Names.NS_DS}}}Signature"))
    next(forged.iter(f"{{{Names.NS_SAML}}}NameID")).text = "somebody-else"
    tree.replace(signed, forged)
    wrapper = etree.SubElement(tree, f"{{{Names.NS_SAMLP}}}Extensions")
    wrapper.append(signed)
    assert code_of(base64.b64encode(etree.tostring(tree)).decode()) in ("token", "answer")


def test_a_comment_in_the_name_does_not_cut_it() -> None:
    """CVE-2017-11427: "ann-at-idp<!-- -->.evil" must not become "ann-at-idp"."""
    idp = FakeSaml()
    idp.key, idp.certificate, idp.name_id = IDP.key, IDP.certificate, "ann-at-idp.evil"
    answer = idp.answer(ASKED, change=("ann-at-idp.evil", "ann-at-idp<!-- -->.evil"))
    # Canonical XML leaves comments out, so the signature still fits.
    assert take(answer).person.subject == "ann-at-idp.evil"


def test_a_name_for_once_is_refused() -> None:
    idp = FakeSaml()
    idp.key, idp.certificate, idp.name_format = IDP.key, IDP.certificate, Names.NAMEID_TRANSIENT
    assert code_of(idp.answer(ASKED)) == "subject"


def test_a_proof_from_before_the_question_is_stale() -> None:
    answer = IDP.answer(ASKED, asked_at=datetime.now(UTC) - timedelta(minutes=10))
    assert code_of(answer, proof_after=time.time()) == "stale"


def test_entities_are_not_opened() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>'
    assert code_of(base64.b64encode(bomb.encode()).decode()) == "answer"
    with pytest.raises(ProviderRefused):
        saml.provider_of(bomb)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode())))
def test_whatever_comes_is_refused_not_a_failure(answer: str) -> None:
    with pytest.raises(ProviderRefused):
        take(answer)
    with pytest.raises(ProviderRefused):
        saml.provider_of(answer)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_right_answer_changed_anywhere_is_refused_or_means_the_same(data: st.DataObject) -> None:
    text = bytearray(base64.b64decode(IDP.answer(ASKED)))
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] = data.draw(st.integers(32, 126))
    try:
        person = take(base64.b64encode(bytes(text)).decode()).person
    except ProviderRefused:
        return
    assert (person.subject, person.email) == ("ann-at-idp", "ann@example.com")


def test_metadata_of_this_server_hold_what_a_provider_needs() -> None:
    tree = etree.fromstring(saml.service_metadata(SERVICE, signs=True, now=time.time()).encode())
    assert tree.get("entityID") == SERVICE.entity_id
    text = etree.tostring(tree).decode()
    assert SERVICE.answers in text
    assert 'WantAssertionsSigned="true"' in text
    assert 'AuthnRequestsSigned="true"' in text
    assert "PRIVATE" not in text


@pytest.mark.parametrize(
    "change", [("IDPSSODescriptor", "SPSSODescriptor"), ("HTTP-Redirect", "HTTP-POST"), ("ate>MI", "ate>AAMI")]
)
def test_metadata_that_cannot_be_used(change: tuple[str, str]) -> None:
    with pytest.raises(ProviderRefused):
        saml.provider_of(IDP.metadata().replace(*change))


@pytest.fixture
async def corp(place: Place) -> FakeSaml:
    place.house.clock.now = time.time()
    async with place.browser() as admin:
        await admin.sign_in("root@example.com")
        body = {
            "id": "corp",
            "name": "Corp",
            "kind": "saml",
            "saml": {"metadata_xml": IDP.metadata(), "sign_requests": True},
            "link_by_email": True,
        }
        answer = await admin.post("identity-providers", body)
        assert answer.status == 201, await answer.text()
    return IDP


async def posted(browser: Browser, url: str, **wrong: Any) -> tuple[str, str]:
    """The provider's page posts its answer, as a page of another site does."""
    asked = IDP.request(url)
    form = {"SAMLResponse": IDP.answer(asked, **wrong), "RelayState": asked["state"]}
    # None of this server's cookies comes along: they are SameSite=Strict.
    async with browser.client.session.post(
        asked["acs"], data=form, headers={"Origin": "https://idp.example.com"}, cookies={}, allow_redirects=False
    ) as answer:
        return await browser.back(answer)


async def test_signing_in_by_saml(place: Place, corp: FakeSaml) -> None:
    async with place.browser() as browser:
        url = await browser.to_provider()
        assert url.startswith(f"{corp.url}&SAMLRequest=")
        asked = corp.request(url)
        assert (asked["forced"], asked["signed"]) == (False, True)
        intent, ticket = await posted(browser, url)
        assert intent == "sign-in"
        answer = await browser.post("session/providers", {"ticket": ticket})
        assert answer.status == 200, await answer.text()
        assert (await browser.get("account/sessions"))["items"][0]["method"] == "sso:corp"
        url = await browser.to_provider("session/providers/corp/proof")
        assert corp.request(url)["forced"]
        _, ticket = await posted(browser, url)
        assert (await browser.post("session/provider-proof", {"ticket": ticket})).status == 204
        metadata = await browser.client.get("/api/v1/sso/corp/metadata")
        assert metadata.content_type == "application/samlmetadata+xml"
        assert asked["issuer"].encode() in await metadata.read()


async def test_an_assertion_counts_once(place: Place, corp: FakeSaml) -> None:
    async with place.browser() as browser:
        _, ticket = await posted(browser, await browser.to_provider(), assertion_id="_same")
        assert (await browser.post("session/providers", {"ticket": ticket})).status == 200
        _, ticket = await posted(browser, await browser.to_provider(), assertion_id="_same")
        found = await (await browser.post("session/providers", {"ticket": ticket})).json()
        assert found["code"] == "replayed"


async def test_an_answer_nobody_asked_for_opens_nothing(place: Place, corp: FakeSaml) -> None:
    async with place.browser() as browser:
        url = await browser.to_provider()
        asked = corp.request(url)
        for form in ({"SAMLResponse": corp.answer(asked)}, {"RelayState": "x" * 500}, {}):
            answer = await browser.client.session.post(asked["acs"], data=form, allow_redirects=False)
            assert await browser.back(answer) == ("sign-in", "unknown")
        _, ticket = await posted(browser, url, to="_another")
        assert (await (await browser.post("session/providers", {"ticket": ticket})).json())["code"] == "token"
