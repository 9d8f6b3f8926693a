"""Identity providers set up: what is refused with which field, what is never told, what is recorded."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from contactcenter.audit.models import AuditEntry
from contactcenter.identity.events import AccessChanged
from contactcenter.identity.models import OwnRole, User, UserRole
from contactcenter.identity.sessions import Client
from contactcenter.identity.sso.configuration import sections
from contactcenter.identity.sso.models import ProviderRow
from tests.fakes.open_id import CLIENT, SECRET, FakeOpenId
from tests.fakes.saml_idp import FakeSaml
from tests.identity.sso.conftest import PASSWORD, Browser, Place

OIDC = {"issuer": "https://login.example.com", "client_id": CLIENT}
GOOD: dict[str, Any] = {"name": "Corp", "kind": "oidc", "oidc": OIDC, "client_secret": SECRET}
SHORT_LIVED = {"issuer": "https://login.example.com", "client_id": CLIENT, "scopes": ["profile"]}


@pytest.fixture
async def admin(place: Place) -> Any:
    async with place.browser() as browser:
        await browser.sign_in("root@example.com")
        yield browser


async def field_of(answer: Any, status: int = 422) -> str:
    found = await answer.json()
    assert answer.status == status, found
    return str(found["field"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "ldap"}, "kind"),
        ({"oidc": None}, "body"),
        ({"oidc": {**OIDC, "issuer": "http://login.example.com"}}, "oidc.issuer"),
        ({"oidc": {**OIDC, "issuer": "https://user:pw@login.example.com"}}, "oidc.issuer"),
        ({"oidc": {**OIDC, "issuer": "javascript:alert(1)"}}, "oidc.issuer"),
        ({"oidc": SHORT_LIVED}, "oidc"),
        ({"oidc": {**OIDC, "from_environment": "CC_VAULT_MASTER_KEY"}}, "oidc.from_environment"),
        ({"rules": [{"value": "x", "roles": [{"role": "nobody"}]}]}, "rules.0.roles.0.role"),
        ({"rules": [{"value": "x", "teams": ["nowhere"]}]}, "rules.0.teams.0"),
        ({"rules": [{"value": " "}]}, "rules.0.value"),
        ({"default_roles": [{"role": "agent", "where": {"queues": ["none"]}}]}, "default_roles.0.where.queues.0"),
        ({"default_roles": [{"role": "agent", "where": {}}]}, "default_roles.0.where"),
        ({"id": "Not An Id"}, "id"),
        ({"id": "longer-than-any-id-may-be"}, "id"),
        ({"email_domains": ["@example.com"]}, "email_domains.0"),
    ],
)
async def test_what_cannot_be_saved_names_its_field(admin: Browser, change: dict[str, Any], field: str) -> None:
    assert await field_of(await admin.post("identity-providers", {**GOOD, **change})) == field


async def test_the_secret_is_kept_sealed_and_told_to_nobody(place: Place, admin: Browser) -> None:
    made = await admin.post("identity-providers", GOOD)
    assert (made.status, (await made.json())["id"], (await made.json())["has_secret"]) == (201, "corp", True)
    kept = {**{key: GOOD[key] for key in GOOD if key != "client_secret"}, "enabled": False}
    changed = await admin.ask("PUT", "identity-providers/corp", kept)
    assert (await changed.json())["has_secret"]
    replaced = await admin.ask("PUT", "identity-providers/corp", {**kept, "client_secret": "another secret"})
    assert replaced.status == 200
    gone = await admin.ask("PUT", "identity-providers/corp", {**kept, "client_secret": ""})
    assert not (await gone.json())["has_secret"]
    shown = [await answer.text() for answer in (made, changed, replaced, gone)]
    shown.append(orjson.dumps(await admin.get("identity-providers")).decode())
    async with place.house.database.session() as session:
        trail = list(await session.scalars(select(AuditEntry)))
        for entry in trail:
            shown.append(f"{entry.before} {entry.after} {entry.hidden}")
        row = await session.get(ProviderRow, "corp")
        assert row is not None
        shown.append(str(row.settings))
    assert not any(SECRET in text or "another secret" in text for text in shown)
    told = [entry.act for entry in trail if entry.act.startswith("identity_provider")]
    assert told == ["identity_provider.created"] + 3 * ["identity_provider.changed"]


async def test_two_of_one_name_or_another_kind(admin: Browser) -> None:
    assert (await admin.post("identity-providers", GOOD)).status == 201
    assert await field_of(await admin.post("identity-providers", GOOD), 409) == "name"
    saml = {"name": "Corp", "kind": "saml", "saml": {"metadata_xml": "<x/>"}}
    assert await field_of(await admin.ask("PUT", "identity-providers/corp", saml)) == "kind"
    assert (await admin.ask("PUT", "identity-providers/none", saml)).status == 404
    long = await admin.post("identity-providers", {**GOOD, "name": "A provider with a very long name"})
    assert (await long.json())["id"] == "a-provider-with-a"


async def test_nobody_lets_a_provider_give_what_he_has_not(place: Place, admin: Browser) -> None:
    async with place.house.database.transaction() as session:
        session.add(OwnRole(id="sso", name="SSO", description="", permissions=["providers.manage", "work.take"]))
        await session.flush()
        session.add(UserRole(user_id="ann", role="sso"))
    async with place.browser() as ann:
        await ann.sign_in("ann@example.com")
        for change, field in (
            ({"default_roles": [{"role": "administrator"}]}, "default_roles.0.role"),
            ({"rules": [{"value": "x", "roles": [{"role": "supervisor"}]}]}, "rules.0.roles.0.role"),
        ):
            assert await field_of(await ann.post("identity-providers", {**GOOD, **change}), 403) == field
        assert (
            await admin.post("identity-providers", {**GOOD, "default_roles": [{"role": "administrator"}]})
        ).status == 201
        shown = await ann.get("identity-providers/corp")
        body = {key: shown[key] for key in shown if key not in ("id", "users", "has_secret")}
        # What was given before may stay.
        assert (await ann.ask("PUT", "identity-providers/corp", {**body, "name": "Other"})).status == 200


async def test_removing_one_asks_when_somebody_signs_in_by_it(place: Place, admin: Browser, fake: FakeOpenId) -> None:
    fake.person = {"sub": "n", "email": "new@example.com", "email_verified": True}
    await place.provider(fake, provision=True, default_roles=[{"role": "agent"}])
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
    assert await admin.get("identity-providers/corp/uses") == {"users": 1, "only_by_it": 1}
    answer = await admin.ask("DELETE", "identity-providers/corp")
    assert (answer.status, (await answer.json())["only_by_it"]) == (409, 1)
    assert (await admin.ask("DELETE", "identity-providers/corp?unlink=true")).status == 204
    assert (await admin.ask("GET", "identity-providers/corp")).status == 404


async def test_by_providers_only_but_for_emergencies(place: Place, admin: Browser, fake: FakeOpenId) -> None:
    assert await field_of(await admin.ask("PUT", "sign-in/policy", {"providers_only": True})) == "providers_only"
    await place.provider(fake, link_by_email=True)
    for emergency, field in (([], "emergency"), (["ann"], "emergency.0"), (["nobody"], "emergency.0")):
        body = {"providers_only": True, "emergency": emergency}
        assert await field_of(await admin.ask("PUT", "sign-in/policy", body)) == field
    body = {"providers_only": True, "emergency": ["root"]}
    assert await (await admin.ask("PUT", "sign-in/policy", body)).json() == body
    async with place.browser() as browser:
        assert (await browser.get("sign-in/providers"))["providers_only"]
        refused = await browser.post("session", {"email": "ann@example.com", "password": PASSWORD})
        assert (refused.status, (await refused.json())["type"]) == (403, "/problems/provider-required")
        wrong = await browser.post("session", {"email": "ann@example.com", "password": "wrong"})
        assert (wrong.status, (await wrong.json())["type"]) == (401, "/problems/sign-in-refused")
        assert (await browser.sign_in_by()).status == 200
        await browser.sign_in("root@example.com")
    disabled = {**GOOD, "oidc": {"issuer": fake.issuer, "client_id": CLIENT}, "enabled": False}
    assert await field_of(await admin.ask("PUT", "identity-providers/corp", disabled), 409) == "enabled"
    assert (await admin.ask("DELETE", "identity-providers/corp?unlink=true")).status == 409
    await place.doors.policy.allow_passwords()
    async with place.browser() as browser:
        await browser.sign_in("ann@example.com")


async def test_asking_a_provider_what_it_says_of_itself(admin: Browser, fake: FakeOpenId) -> None:
    body = {**GOOD, "oidc": {"issuer": fake.issuer, "client_id": CLIENT}}
    found = await (await admin.post("identity-provider-checks", body)).json()
    assert (found["trouble"], found["found"]["keys"]) == (None, "1")
    fake.document = {"issuer": f"{fake.issuer}/"}
    found = await (await admin.post("identity-provider-checks", body)).json()
    assert "another issuer" in found["trouble"]
    saml = {"name": "S", "kind": "saml", "saml": {"metadata_xml": FakeSaml().metadata()}}
    found = await (await admin.post("identity-provider-checks", saml)).json()
    assert found["found"]["entity_id"] == FakeSaml.entity_id
    saml["saml"] = {"metadata_xml": "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"}
    found = await (await admin.post("identity-provider-checks", saml)).json()
    assert "cannot be read" in found["trouble"]


async def test_addresses_to_enter_at_the_provider(admin: Browser) -> None:
    places = await admin.get("identity-providers/corp/places")
    base = str(admin.client.make_url("")).rstrip("/")
    assert places == {
        "callback": f"{base}/api/v1/sso/corp/callback",
        "acs": f"{base}/api/v1/sso/corp/acs",
        "metadata": f"{base}/api/v1/sso/corp/metadata",
        "sign_in": f"{base}/signin?provider=corp",
    }


async def test_as_files_without_what_is_secret(place: Place, admin: Browser) -> None:
    assert (await admin.post("identity-providers", {**GOOD, "provision": True})).status == 201
    (section,) = sections(place.sso.providers)
    documents = dict(await section.read())
    assert SECRET not in str(documents)
    assert section.model.model_validate(documents["corp"]).model_dump(mode="json") == documents["corp"]
    assert section.put is not None
    assert section.remove is not None
    await section.put("corp", {**documents["corp"], "name": "Changed"}, True)
    rules = [{"value": "v", "roles": [{"role": "own", "where": {"teams": ["t"], "queues": ["q"]}}], "teams": ["u"]}]
    await section.put("second", {**documents["corp"], "name": "Second"}, False)
    shown = await admin.get("identity-providers/corp")
    assert (shown["name"], shown["has_secret"]) == ("Changed", True)
    named = section.references({**documents["corp"], "rules": rules})
    assert [(each.section, each.id) for each in named] == [
        ("roles", "own"),
        ("teams", "t"),
        ("queues", "q"),
        ("teams", "u"),
    ]
    await section.remove("second")
    assert list(await section.read()) == ["corp"]


@pytest.mark.parametrize("removed", [True, False])
async def test_who_came_in_by_it_is_out_when_it_ends(
    place: Place, admin: Browser, fake: FakeOpenId, removed: bool
) -> None:
    fake.person = {"sub": "a", "email": "ann@example.com", "email_verified": True}
    await place.provider(fake, link_by_email=True)
    ann = await place.house.identity.user("ann")
    assert ann is not None
    kept = await place.doors.devices.remember(ann, Client(), "password+totp")
    gone = await place.doors.devices.remember(ann, Client(), "sso:corp+totp")
    async with place.browser() as by_provider, place.browser() as by_password:
        assert (await by_provider.sign_in_by()).status == 200
        await by_password.sign_in("ann@example.com")
        shown = await admin.get("identity-providers/corp")
        body = {key: shown[key] for key in shown if key not in ("id", "users", "has_secret")}
        assert (await admin.ask("PUT", "identity-providers/corp", {**body, "name": "Other"})).status == 200
        assert (await by_provider.ask("GET", "session")).status == 200
        if removed:
            ended = await admin.ask("DELETE", "identity-providers/corp?unlink=true")
        else:
            ended = await admin.ask("PUT", "identity-providers/corp", {**body, "enabled": False})
        assert ended.ok, await ended.text()
        assert (await by_provider.ask("GET", "session")).status == 401
        assert (await by_password.ask("GET", "session")).status == 200
    assert AccessChanged(frozenset({"ann"})) in place.house.events
    assert [await place.doors.devices.knows("ann", token) for token in (kept, gone)] == [True, False]
    async with place.house.database.session() as session:
        told = list(await session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert told.count("session.revoked") == told.count("device.forgotten") == 1


async def test_the_last_way_in_of_administrators_is_not_switched_off(
    place: Place, admin: Browser, fake: FakeOpenId
) -> None:
    fake.person = {"sub": "r", "email": "root@example.com", "email_verified": True}
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
    async with place.house.database.transaction() as session:
        root = await session.get(User, "root")
        assert root is not None
        root.password_hash = None
    answer = await admin.ask("DELETE", "identity-providers/corp?unlink=true")
    assert (answer.status, (await answer.json())["type"]) == (409, "/problems/last-administrator")
    assert (await admin.ask("GET", "identity-providers/corp")).status == 200


@pytest.mark.parametrize(
    "given", [{"default_roles": [{"role": "own"}]}, {"rules": [{"value": "x", "roles": [{"role": "own"}]}]}]
)
async def test_a_role_that_a_provider_gives_is_not_removed(place: Place, admin: Browser, given: dict[str, Any]) -> None:
    assert (await admin.post("roles", {"id": "own", "name": "Own", "permissions": []})).status == 201
    assert (await admin.post("identity-providers", {**GOOD, **given})).status == 201
    refused = await admin.ask("DELETE", "roles/own")
    assert refused.status == 409
    assert "The identity provider Corp gives this role" in (await refused.json())["detail"]
    assert (await admin.ask("PUT", "identity-providers/corp", GOOD)).status == 200
    assert (await admin.ask("DELETE", "roles/own")).status == 204
