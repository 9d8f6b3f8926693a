"""SAML 2.0 Web Browser SSO: requests by redirect, answers by POST (SAML profiles §4.1).

Pure but for the wall clock, which python3-saml reads too, with five minutes of tolerance. Every call takes milliseconds
of CPU: run it in a thread.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from contactcenter.identity.sso.errors import ProviderRefused
from contactcenter.identity.sso.people import Person, of_attributes
from contactcenter.identity.sso.settings import ProviderBody
from contactcenter.identity.sso.urls import provider_url

SKEW_S: Final = float(Names.ALLOWED_CLOCK_DRIFT)
_KEY_YEARS = 10
_LONGEST = 1_000_000
_SIGNATURES = (
    Names.RSA_SHA256, Names.RSA_SHA384, Names.RSA_SHA512,
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
)  # fmt: skip
_TRANSFORMS = (
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
)
_NOT_READABLE = (OneLogin_Saml2_Error, etree.LxmlError, xmlsec.Error, ValueError, TypeError, KeyError, binascii.Error)
_CLOCK = (
    OneLogin_Saml2_ValidationError.ASSERTION_EXPIRED,
    OneLogin_Saml2_ValidationError.ASSERTION_TOO_EARLY,
    OneLogin_Saml2_ValidationError.SESSION_EXPIRED,
    OneLogin_Saml2_ValidationError.RESPONSE_EXPIRED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What the provider's metadata say. `certificates`: base64 DER, any of them may sign."""

    entity_id: str
    url: str
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """This server as the provider knows it. `certificate` and `key` are PEM."""

    entity_id: str
    answers: str
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asserted:
    """`assertion_id` must be taken once only; nobody takes it after `until` (unix seconds)."""

    person: Person
    assertion_id: str
    until: float


def provider_of(metadata: str) -> Provider:
    """Raises ProviderRefused for what is no metadata of exactly one provider with redirect binding and a key."""
    try:
        tree = OneLogin_Saml2_XML.to_etree(metadata.encode())
        count = len(OneLogin_Saml2_XML.query(tree, "//md:IDPSSODescriptor"))
        found: dict[str, Any] = OneLogin_Saml2_IdPMetadataParser.parse(metadata.encode())
    except Exception as error:
        # The parser passes on whatever its XML libraries raise.
        raise ProviderRefused("answer", f"The metadata cannot be read ({type(error).__name__}).") from error
    if count != 1:
        raise ProviderRefused("settings", f"The metadata describe {count} identity providers; they must describe one.")
    provider = found.get("idp", {})
    url = provider.get("singleSignOnService", {}).get("url", "")
    certificates = provider.get("x509certMulti", {}).get("signing") or [provider.get("x509cert", "")]
    if not provider.get("entityId"):
        raise ProviderRefused("settings", "The metadata have no entityID.")
    try:
        provider_url(url)
    except ValueError as error:
        detail = f"The metadata have no usable SingleSignOnService with HTTP-Redirect binding: it {error}."
        raise ProviderRefused("settings", detail) from None
    return Provider(entity_id=provider["entityId"], url=url, certificates=tuple(map(_certificate, certificates)))


def _certificate(text: str) -> str:
    try:
        x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise ProviderRefused("settings", "The metadata have no certificate that can be read.") from None
    return text


def new_key(now: datetime) -> tuple[str, str]:
    """A key and a certificate for it, PEM: for signing requests, and for what is encrypted to this server."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "contactcenter")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    certificate = (
        made.serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _KEY_YEARS))
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return plain.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


def request_url(
    provider: Provider, service: Service, *, request_id: str, relay_state: str, now: float, fresh: bool, sign: bool
) -> str:
    """Where the browser goes. `fresh`: the person must be asked who he is (ForceAuthn)."""
    samlp, saml = (f"{{{name}}}" for name in (Names.NS_SAMLP, Names.NS_SAML))
    request = etree.Element(f"{samlp}AuthnRequest", nsmap={"samlp": Names.NS_SAMLP, "saml": Names.NS_SAML})
    said = {
        "ID": request_id,
        "Version": "2.0",
        "IssueInstant": _instant(now),
        "Destination": provider.url,
        "ProtocolBinding": Names.BINDING_HTTP_POST,
        "AssertionConsumerServiceURL": service.answers,
    }
    request.attrib.update(said)
    if fresh:
        request.set("ForceAuthn", "true")
    etree.SubElement(request, f"{saml}Issuer").text = service.entity_id
    policy = etree.SubElement(request, f"{samlp}NameIDPolicy")
    policy.attrib.update({"Format": Names.NAMEID_UNSPECIFIED, "AllowCreate": "true"})
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(etree.tostring(request)) + packer.flush()
    query = urlencode({"SAMLRequest": base64.b64encode(packed).decode(), "RelayState": relay_state})
    if sign:
        query += "&" + urlencode({"SigAlg": Names.RSA_SHA256})
        signature = _private(service.key).sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
        query += "&" + urlencode({"Signature": base64.b64encode(signature).decode()})
    return f"{provider.url}{'&' if '?' in provider.url else '?'}{query}"


def _private(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def service_metadata(service: Service, *, signs: bool, now: float) -> str:
    """What the provider is given of this server (SAML metadata §2.4.4)."""
    security = {"metadataValidUntil": _instant(now + 365 * 86_400 * _KEY_YEARS), "authnRequestsSigned": signs}
    settings = OneLogin_Saml2_Settings(_settings(service, None, security), sp_validation_only=True)
    found = settings.get_sp_metadata()
    return found.decode() if isinstance(found, bytes) else str(found)


def asserted(
    answer: str,
    provider: Provider,
    service: Service,
    body: ProviderBody,
    *,
    request_id: str,
    now: float,
    proof_after: float | None,
) -> Asserted:
    """Who the answer (base64) says has signed in, in reply to `request_id`. Raises ProviderRefused."""
    if len(answer) > _LONGEST:
        raise ProviderRefused("answer", "The answer is longer than any such answer.")
    response = _verified(answer, provider, service, request_id)
    tree = response.decrypted_document if response.encrypted else response.document
    _check_signature(tree)
    until = _check_confirmation(tree, service, request_id, now)
    _check_conditions(tree, service)
    moment = _authenticated_at(tree)
    if proof_after is not None and (moment is None or moment < proof_after - SKEW_S):
        raise ProviderRefused("stale", "The assertion has no AuthnInstant, or one from before the sign-in began.")
    if response.get_nameid_format() == Names.NAMEID_TRANSIENT:
        raise ProviderRefused("subject", "The NameID is transient; set a persistent one, or the address.")
    attributes: Mapping[str, Any] = response.get_attributes()
    person = of_attributes(response.get_nameid(), attributes, body, moment)
    return Asserted(person=person, assertion_id=response.get_assertion_id(), until=until)


def _verified(answer: str, provider: Provider, service: Service, request_id: str) -> OneLogin_Saml2_Response:
    https, _, rest = service.answers.partition("://")
    host, _, path = rest.partition("/")
    asked = {"https": "on" if https == "https" else "off", "http_host": host, "script_name": f"/{path}"}
    try:
        settings = OneLogin_Saml2_Settings(_settings(service, provider, {}))
        response = OneLogin_Saml2_Response(settings, answer)
        response.is_valid(asked, request_id=request_id, raise_exceptions=True)
    except OneLogin_Saml2_ValidationError as error:
        code = "denied" if error.code == OneLogin_Saml2_ValidationError.STATUS_CODE_IS_NOT_SUCCESS else "token"
        # The text may repeat what the answer holds; the library's number does not.
        raise ProviderRefused("clock" if error.code in _CLOCK else code, f"python3-saml {error.code}") from error
    except _NOT_READABLE as error:
        raise ProviderRefused("answer", f"The answer cannot be read ({type(error).__name__}).") from error
    return response


def _settings(service: Service, provider: Provider | None, security: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "strict": True,
        "sp": {
            "entityId": service.entity_id,
            "assertionConsumerService": {"url": service.answers, "binding": Names.BINDING_HTTP_POST},
            "NameIDFormat": Names.NAMEID_UNSPECIFIED,
            "x509cert": service.certificate,
            "privateKey": service.key,
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantAttributeStatement": False,
            "allowRepeatAttributeName": True,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "allowSingleLabelDomains": True,
            **security,
        },
    }
    if provider is not None:
        found["idp"] = {
            "entityId": provider.entity_id,
            "singleSignOnService": {"url": provider.url, "binding": Names.BINDING_HTTP_REDIRECT},
            "x509certMulti": {"signing": list(provider.certificates)},
        }
    return found


# What follows holds beyond what python3-saml asks: it lets an answer be to nobody's question, for anybody, anywhere.


def _one(tree: Any, path: str) -> Any:
    found = OneLogin_Saml2_XML.query(tree, path)
    if len(found) != 1:
        raise ProviderRefused("token", f"The answer has {len(found)} of {path.rpartition('/')[2]}.")
    return found[0]


_ASSERTION = "/samlp:Response/saml:Assertion"


def _check_signature(tree: Any) -> None:
    """The assertion itself is signed, whole, by one reference, without anything that changes what was signed."""
    assertion, signed = _one(tree, _ASSERTION), _one(tree, f"{_ASSERTION}/ds:Signature/ds:SignedInfo")
    references = OneLogin_Saml2_XML.query(signed, "./ds:Reference")
    if len(references) != 1 or references[0].get("URI") != f"#{assertion.get('ID')}":
        raise ProviderRefused("token", "The signature is not over the assertion alone.")
    methods = [each.get("Algorithm") for each in OneLogin_Saml2_XML.query(signed, "./ds:SignatureMethod")]
    if len(methods) != 1 or methods[0] not in _SIGNATURES:
        raise ProviderRefused("token", "The assertion is not signed in a way that is taken.")
    transforms = [each.get("Algorithm") for each in OneLogin_Saml2_XML.query(signed, ".//ds:Transform")]
    if len(transforms) > 2 or any(each not in _TRANSFORMS for each in transforms):
        raise ProviderRefused("token", "The signature is over something made of the assertion.")


def _check_confirmation(tree: Any, service: Service, request_id: str, now: float) -> float:
    """Bearer, to this address, in reply to this request, not too late (SAML profiles §4.1.4.2); until when."""
    for each in OneLogin_Saml2_XML.query(tree, f"{_ASSERTION}/saml:Subject/saml:SubjectConfirmation"):
        data = each.find("saml:SubjectConfirmationData", namespaces=Names.NSMAP)
        if each.get("Method") != Names.CM_BEARER or data is None or data.get("NotOnOrAfter") is None:
            continue
        until = _moment(data.get("NotOnOrAfter"))
        right = data.get("Recipient") == service.answers and data.get("InResponseTo") == request_id
        if right and until + SKEW_S > now:
            return until + SKEW_S
    raise ProviderRefused("token", "The assertion does not answer this sign-in (SubjectConfirmation).")


def _check_conditions(tree: Any, service: Service) -> None:
    path = f"{_ASSERTION}/saml:Conditions/saml:AudienceRestriction"
    restrictions = OneLogin_Saml2_XML.query(tree, path)
    named = [[audience.text for audience in each] for each in restrictions]
    if not named or any(service.entity_id not in audiences for audiences in named):
        raise ProviderRefused("token", "The assertion is not for this server (AudienceRestriction).")


def _authenticated_at(tree: Any) -> float | None:
    instant = _one(tree, f"{_ASSERTION}/saml:AuthnStatement").get("AuthnInstant")
    return None if instant is None else _moment(instant)


def _moment(text: str) -> float:
    try:
        return float(OneLogin_Saml2_Utils.parse_SAML_to_time(text))
    except Exception as error:
        raise ProviderRefused("answer", "A moment in the answer cannot be read.") from error


def _instant(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
