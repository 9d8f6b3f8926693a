"""The first sections of the settings: the house, and where it is reached."""

from __future__ import annotations

import difflib
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Port = Annotated[int, Field(ge=0, le=65535)]


class ConfigSection(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _known_zone(name: str) -> str:
    known = available_timezones()
    if not name or name in known:
        return name
    meant = [zone for zone in sorted(known) if zone.rpartition("/")[2].lower() == name.lower()]
    meant = meant or difflib.get_close_matches(name, known, 1, 0.7) or ["Europe/Berlin"]
    raise PydanticCustomError("timezone", 'an IANA time zone, as "{meant}"', {"meant": meant[0]})


def _known_country(code: str) -> str:
    if code and (len(code) != 2 or not code.isascii() or not code.isalpha() or code != code.upper()):
        raise PydanticCustomError("country", "a country's two letters by ISO 3166, as DE")
    return code


class HouseSettings(ConfigSection):
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="",
        description="IANA time zone, as Europe/Berlin, of midnight (when statistics begin anew), of recorded days and "
        "of hours that name none; empty: this machine's.",
    )
    country: Annotated[str, AfterValidator(_known_country)] = Field(
        default="DE",
        description="Country (ISO 3166, as DE) whose telephone numbers may be written without + and country code.",
    )


class HttpSettings(ConfigSection):
    host: str = Field(default="0.0.0.0", description="Address the web server listens on.")  # noqa: S104 - a server for the LAN
    port: Port = Field(
        default=8080, description="TCP port of the pages, the API and the live feed. 0 takes a free one."
    )
    public_url: str = Field(
        default="",
        description="The address people type, when a proxy stands in front (https://cc.example.com). "
        "Cookies become Secure when it is https.",
    )
    behind_proxy: bool = Field(
        default=False, description="Believe X-Forwarded-For of a proxy on this machine (for the sign-in throttle)."
    )
    metrics_public: bool = Field(default=False, description="Serve /metrics to everyone, not only to this machine.")
    max_body_kb: int = Field(default=1024, ge=1, description="Largest request body taken, in KiB.")
    tls_certificate: str = Field(
        default="",
        description="PEM file of the certificate and its chain: the pages are served over TLS. Read anew when it "
        "changes, or at SIGHUP.",
    )
    tls_key: str = Field(default="", description="PEM file of the certificate's key, without a passphrase.")
    redirect_port: Port = Field(
        default=0, description="TCP port that sends browsers from http to https, when TLS is on. 0: none."
    )

    @model_validator(mode="after")
    def _check_public_url(self) -> HttpSettings:
        if self.public_url and not self.public_url.startswith(("http://", "https://")):
            raise ValueError('must start with "http://" or "https://", as in "https://cc.example.com"')
        return self

    @model_validator(mode="after")
    def _check_tls(self) -> HttpSettings:
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key go together: set both or neither")
        if self.redirect_port and not self.tls_certificate:
            raise ValueError("redirect_port needs tls_certificate: there is nowhere to redirect to")
        return self

    @property
    def tls(self) -> bool:
        return bool(self.tls_certificate)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the pages by https, from here or from a proxy."""
        return self.tls or self.public_url.startswith("https://")


class SipSettings(ConfigSection):
    host: str = Field(default="0.0.0.0", description="Address the SIP server listens on, UDP and TCP.")  # noqa: S104
    port: Port = Field(default=5060, description="SIP port, UDP and TCP.")
    tls_port: Port = Field(
        default=0, description="SIP over TLS is listened on there, TCP; usually 5061. 0: telephones cannot use TLS."
    )
    tls_certificate: str = Field(
        default="",
        description="PEM file of the certificate and its chain for tls_port, read anew when it changes and at SIGHUP; "
        "empty: that of [http].",
    )
    tls_key: str = Field(default="", description="PEM file of that certificate's key, without a passphrase.")
    tls_ca_file: str = Field(
        default="",
        description="PEM file of authorities trusted, beside those of the system, for trunks by TLS. Read anew when it "
        "changes.",
    )
    domain: str = Field(default="", description="Domain of the SIP accounts; empty: the host a phone addresses.")
    advertised_host: str = Field(
        default="", description="Host put into Via and Contact; empty: the local address towards the peer."
    )
    realm: str = Field(
        default="contactcenter", description="Digest realm. Changing it invalidates stored SIP passwords."
    )
    digest_algorithms: list[Literal["MD5", "SHA-256"]] = Field(
        default=["MD5", "SHA-256"],
        min_length=1,
        description='Offered to phones in this order. Some old phones register only with ["MD5"].',
    )
    unknown_callers: Literal["accept", "refuse"] = Field(
        default="accept",
        description="Who may call: accept everybody, or refuse all but trunks and registered telephones.",
    )
    requests_per_second: float = Field(
        default=20.0,
        ge=0,
        description="So many requests outside calls are taken from one address, ten times as many at once; trunks and "
        "this machine are not counted. 0: no limit.",
    )
    registration_max_s: int = Field(default=3600, ge=60, description="Longest registration granted, in seconds.")

    @model_validator(mode="after")
    def _check_tls(self) -> SipSettings:
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key go together: set both or neither")
        return self
