"""A SAML identity provider: real XML signed with a real key, right by default and wrong in any way asked for."""

from __future__ import annotations

import base64
import secrets
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from contactcenter.identity.sso.saml import new_key

_NS = f'xmlns:saml="{Names.NS_SAML}" xmlns:samlp="{Names.NS_SAMLP}"'


class FakeSaml:
    """`attributes` and `name_id` of who signs in. What is wrong on purpose: `with_` of `answer`."""

    entity_id = "https://idp.example.com/metadata"
    url = "https://idp.example.com/sso?tenant=a&b=c"

    def __init__(self) -> None:
        self.key, self.certificate = new_key(datetime.now(UTC))
        self.name_id = "ann-at-idp"
        self.name_format = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
        self.attributes: dict[str, list[str]] = {
            "mail": ["ann@example.com"],
            "displayName": ["Ann & Co"],
            "groups": ["support", "berlin"],
        }

    def metadata(self) -> str:
        der = x509.load_pem_x509_certificate(self.certificate.encode()).public_bytes(serialization.Encoding.DER)
        return (
            f'<md:EntityDescriptor xmlns:md="{Names.NS_MD}" xmlns:ds="{Names.NS_DS}" entityID="{self.entity_id}">'
            '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
            f"{base64.b64encode(der).decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            f'<md:SingleSignOnService Binding="{Names.BINDING_HTTP_REDIRECT}" Location="{escape(self.url)}"/>'
            "</md:IDPSSODescriptor></md:EntityDescriptor>"
        )

    @staticmethod
    def request(url: str) -> dict[str, Any]:
        """What a request by redirect asks: id, issuer, acs, forced, state."""
        query = parse_qs(urlsplit(url).query)
        tree = etree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), wbits=-15))
        return {
            "id": tree.get("ID"),
            "issuer": tree.findtext(f"{{{Names.NS_SAML}}}Issuer"),
            "acs": tree.get("AssertionConsumerServiceURL"),
            "forced": tree.get("ForceAuthn") == "true",
            "state": query["RelayState"][0],
            "signed": "Signature" in query,
        }

    def answer(
        self,
        asked: dict[str, Any],
        *,
        key: str | None = None,
        certificate: str | None = None,
        sign: str = "assertion",
        algorithm: str = Names.RSA_SHA256,
        change: tuple[str, str] | None = None,
        wrap: bool = False,
        assertion_id: str | None = None,
        **other: Any,
    ) -> str:
        """The form field SAMLResponse. `other` replaces what the assertion says (issuer, audience, recipient, to,
        made, until, asked_at); `change` replaces a text after signing; `wrap` puts a foreign assertion in front."""
        now = datetime.now(UTC)
        said = {
            "issuer": self.entity_id,
            "audience": asked["issuer"],
            "recipient": asked["acs"],
            "destination": asked["acs"],
            "to": asked["id"],
            "made": now,
            "until": now + timedelta(minutes=5),
            "asked_at": now,
            "status": Names.STATUS_SUCCESS,
            **other,
        }
        assertion = self._assertion(said, assertion_id or f"_{secrets.token_hex(16)}")
        made_with = (key or self.key, certificate or self.certificate)
        if sign == "assertion":
            assertion = _signed(assertion, *made_with, algorithm)
        foreign = ""
        if wrap:
            foreign = self._assertion({**said}, "_foreign").replace(self.name_id, "somebody-else")
        text = (
            f'<samlp:Response {_NS} ID="_{secrets.token_hex(16)}" Version="2.0" IssueInstant="{_at(now)}" '
            f'InResponseTo="{said["to"]}" Destination="{said["destination"]}"><saml:Issuer>{said["issuer"]}'
            f'</saml:Issuer><samlp:Status><samlp:StatusCode Value="{said["status"]}"/></samlp:Status>'
            f"{foreign}{assertion}</samlp:Response>"
        )
        if sign == "response":
            text = _signed(text, *made_with, algorithm)
        if change is not None:
            assert change[0] in text
            text = text.replace(*change)
        return base64.b64encode(text.encode()).decode()

    def _assertion(self, said: dict[str, Any], assertion_id: str) -> str:
        attributes = "".join(
            f'<saml:Attribute Name="{escape(name)}">'
            + "".join(f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in self.attributes.items()
        )
        until, made = _at(said["until"]), _at(said["made"])
        audience = said["audience"]
        restriction = (
            f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
            if audience
            else ""
        )
        return (
            f'<saml:Assertion {_NS} ID="{assertion_id}" Version="2.0" IssueInstant="{made}">'
            f"<saml:Issuer>{said['issuer']}</saml:Issuer><saml:Subject>"
            f'<saml:NameID Format="{self.name_format}">{escape(self.name_id)}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="{Names.CM_BEARER}"><saml:SubjectConfirmationData '
            f'NotOnOrAfter="{until}" Recipient="{said["recipient"]}"'
            + (f' InResponseTo="{said["to"]}"' if said["to"] else "")
            + f'/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{made}" NotOnOrAfter="{until}">'
            f'{restriction}</saml:Conditions><saml:AuthnStatement AuthnInstant="{_at(said["asked_at"])}">'
            "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
            "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
            f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )


def _signed(xml: str, key: str, certificate: str, algorithm: str) -> str:
    digest = Names.SHA1 if algorithm == Names.RSA_SHA1 else Names.SHA256
    found = OneLogin_Saml2_Utils.add_sign(xml, key, certificate, sign_algorithm=algorithm, digest_algorithm=digest)
    return found.decode() if isinstance(found, bytes) else str(found)


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
