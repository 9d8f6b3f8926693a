"""Settings, each with its default and what it may be; config_file.py reads them."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from contactcenter.config_sections import ConfigSection, HouseSettings, Port, SipSettings
from contactcenter.config_sections import HttpSettings as HttpSettings

FilePath = Annotated[Path, Field(strict=False)]


class ConfigError(ValueError):
    """The configuration cannot be used; the text is a sentence for the person who wrote it."""


class MediaSettings(ConfigSection):
    host: str = Field(default="0.0.0.0", description="Address the audio sockets bind to.")  # noqa: S104
    advertised_host: str = Field(
        default="", description="Host put into SDP; empty: the local address towards the peer."
    )
    rtp_port_min: Port = Field(default=20000, description="First UDP port for audio.")
    rtp_port_max: Port = Field(default=29999, description="Last UDP port for audio.")
    ice_hosts: list[str] = Field(
        default_factory=list, description="Addresses offered to browsers; empty: every local one."
    )
    ice_servers: list[str] = Field(
        default_factory=list, description="STUN servers for agents behind NAT, as stun:host:port."
    )
    workers: int = Field(
        default=1, ge=0, le=1, description="1: audio in a process of its own. 0: inside the server process."
    )
    rtp_timeout_s: float = Field(
        default=30.0, gt=0, description="A call without audio packets for this many seconds ends."
    )
    recordings_dir: FilePath = Field(default=Path("var/recordings"), description="Folder of the recordings.")
    speech_dir: FilePath = Field(default=Path("var/speech"), description="Folder of the cached synthetic speech.")
    record_calls: bool = Field(default=True, description="Record every call an agent takes.")

    @model_validator(mode="after")
    def _check_range(self) -> MediaSettings:
        if self.rtp_port_max - self.rtp_port_min < 3:
            raise ValueError("rtp_port_max must be at least 3 above rtp_port_min: a call takes two ports per side")
        return self


class RecordingsSettings(ConfigSection):
    encrypt: bool = Field(
        default=True, description="Seal recordings once a call is over; off: they stay plain WAV files."
    )


class VaultSettings(ConfigSection):
    """Where the master key is; the file is used when there is neither a key nor a command."""

    master_key_file: str = Field(
        default="",
        description="File of the master key; empty: master.key beside the folder of the recordings, made at the first "
        "start. Without it nothing sealed can be read: keep a copy elsewhere than the backups.",
    )
    master_key: SecretStr = Field(
        default=SecretStr(""), description="The master key itself, 32 bytes as base64; better as CC_VAULT_MASTER_KEY."
    )
    master_key_command: str = Field(
        default="", description="Command that writes the master key, as a client of a key management service does."
    )
    previous_master_key: SecretStr = Field(
        default=SecretStr(""), description="The master key before this one, until `vault rotate --master` has run."
    )
    previous_master_key_command: str = Field(
        default="", description="Command that writes the master key before this one."
    )

    @model_validator(mode="after")
    def _check_one_source(self) -> VaultSettings:
        given = [self.master_key_file, self.master_key.get_secret_value(), self.master_key_command]
        if sum(map(bool, given)) > 1:
            raise ValueError("set only one of master_key_file, master_key and master_key_command")
        return self


class DatabaseSettings(ConfigSection):
    url: str = Field(
        default="sqlite+aiosqlite:///var/contactcenter.db",
        description="SQLAlchemy URL: sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME.",
    )

    @model_validator(mode="after")
    def _check_driver(self) -> DatabaseSettings:
        if not self.url.startswith(("sqlite+aiosqlite:", "postgresql+asyncpg:")):
            raise ValueError('url must start with "sqlite+aiosqlite:" or "postgresql+asyncpg:"')
        return self


class RedisSettings(ConfigSection):
    url: str = Field(
        default="", description="redis://HOST:PORT/0 to share the live feed between processes; empty: one process."
    )


class FlowSettings(ConfigSection):
    dir: FilePath = Field(default=Path("ivr_flows"), description="Folder of the call flows and their prompts.")
    entry: str = Field(default="main", description="Flow a call starts in: the name in its `flow:` line.")
    numbers: list[str] = Field(
        default=["1000"], description="Dialled numbers that reach the entry flow; empty: every number does."
    )


class RoutingSettings(ConfigSection):
    journal_dir: FilePath = Field(
        default=Path("var/routing"), description="Folder of the routing engine's journal and snapshots."
    )
    snapshot_minutes: float = Field(
        default=15.0,
        gt=0,
        description="A snapshot of the routing engine this often; a restart replays what came after it.",
    )
    keep_days: float = Field(
        default=30.0, ge=0, description="Journal kept for so many days, for explanations and what-if runs."
    )


class IdentitySettings(ConfigSection):
    session_idle_minutes: int = Field(default=60, ge=1, description="Signed out after this long without any page open.")
    session_absolute_hours: int = Field(default=24, ge=1, description="Signed out after this long in any case.")
    password_min_length: int = Field(default=10, ge=8, description="Shortest password accepted.")
    breached_passwords: str = Field(
        default="",
        description="Copy of Have I Been Pwned's list of stolen passwords, as SHA-1: the one file in the order of the "
        "hashes, or the folder of files by prefix. None of them is taken as a password; empty: no list is asked.",
    )
    second_factor_required: list[str] = Field(
        default_factory=list,
        description="Roles whose people must sign in with a second factor (authenticator app or passkey).",
    )
    second_factor_off: list[str] = Field(
        default_factory=list, description="Roles whose people are not offered a second factor; others are."
    )


class PortalSettings(ConfigSection):
    """How long customers stay signed in to the portal; whether there is one is set on its page."""

    session_idle_hours: int = Field(
        default=336, ge=1, description="Signed out of the portal after this long without any page open."
    )
    session_absolute_days: int = Field(default=60, ge=1, description="Signed out after this long in any case.")


class MailSettings(ConfigSection):
    """The mail server for what this program writes itself: invitations, links, notices."""

    host: str = Field(
        default="", description="Mail server that sends invitations and links to set a password; empty: none are sent."
    )
    port: Port = Field(default=587, description="Its port.")
    encryption: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="starttls (as port 587), tls (as port 465), or none."
    )
    username: str = Field(default="", description="User name at the mail server; empty: none is asked.")
    password: SecretStr = Field(
        default=SecretStr(""), description="Password at the mail server; better as CC_MAIL_PASSWORD."
    )
    sender: str = Field(default="contactcenter@localhost", description="Address the mails come from.")


class AuditSettings(ConfigSection):
    dir: str = Field(
        default="",
        description="Folder of the audit trail's key and of the heads of its chain; empty: audit beside the folder of "
        "the recordings. Better where who can write the database cannot write.",
    )
    keep_days: float = Field(
        default=730.0, ge=0, description="Entries older than so many days are removed; 0 keeps them for ever."
    )


class BackupSettings(ConfigSection):
    dir: str = Field(
        default="",
        description="Folder of backups made on a schedule, better on another disk; empty: none are made. They are "
        "sealed with the master key, which is in none of them: keep a copy of it elsewhere.",
    )
    every_hours: float = Field(default=24.0, gt=0, description="A backup this often.")
    keep_daily: int = Field(default=7, ge=1, description="Keep the newest backup of each of so many days.")
    keep_weekly: int = Field(default=4, ge=0, description="Keep the newest backup of each of so many weeks.")
    keep_monthly: int = Field(default=12, ge=0, description="Keep the newest backup of each of so many months.")
    passphrase: SecretStr = Field(
        default=SecretStr(""),
        description="Opens backups as well as the master key does; better as CC_BACKUP_PASSPHRASE. Recordings and "
        "secrets in them need the master key all the same.",
    )


def _ticket_number(pattern: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        sample = pattern.format(serial=10**15, year=2000, month=12)
    except (ValueError, LookupError, AttributeError):
        names, sample = set(), ""
    whole = str(10**15) in sample and len(sample) <= 64 and sample.isprintable()
    if not whole or names - {"serial", "year", "month"}:
        meant = "as T-{serial:06d}, with {serial} and perhaps {year} and {month}, at most 64 characters"
        raise PydanticCustomError("ticket_number", meant.replace("{", "{{").replace("}", "}}"))
    return pattern


def _clamd(address: str) -> str:
    host, _, port = address.rpartition(":")
    remote = bool(host) and host != "unix" and port.isdecimal() and 0 < int(port) < 65_536
    if address and not remote and not address.startswith("unix:/"):
        raise PydanticCustomError("clamd", "as 127.0.0.1:3310 or unix:/run/clamav/clamd.ctl")
    return address


class TicketSettings(ConfigSection):
    number: Annotated[str, AfterValidator(_ticket_number)] = Field(
        default="T-{serial:06d}",
        description="What tickets are called: {serial} counts them, {year} and {month} may stand beside it.",
    )
    files_dir: str = Field(
        default="",
        description="Folder of the files attached to tickets, sealed; empty: ticket_files beside the folder of the "
        "recordings.",
    )
    file_mb: int = Field(default=25, ge=1, le=200, description="Largest attached file in MiB.")
    import_mb: int = Field(
        default=2048, ge=1, le=100_000, description="Largest file of tickets of elsewhere to be brought in, in MiB."
    )
    clamd: Annotated[str, AfterValidator(_clamd)] = Field(
        default="",
        description="Virus scanner (clamd) that looks at attached files, as 127.0.0.1:3310 or "
        "unix:/run/clamav/clamd.ctl; files it could not look at are not given out. Empty: none is asked.",
    )


class LogSettings(ConfigSection):
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe line written."
    )
    format: Literal["console", "json"] = Field(
        default="console", description="console for people, json for log collectors."
    )


class DemoSettings(ConfigSection):
    callers_per_minute: float = Field(
        default=6.0, ge=0, description="Synthetic callers a minute in `contactcenter demo`."
    )
    agents: int = Field(default=4, ge=0, description="Synthetic agents that take calls in `contactcenter demo`.")
    password: str = Field(
        default="", description="Password of the demo accounts; empty: one is made for this installation and shown."
    )


class Config(ConfigSection):
    house: HouseSettings = HouseSettings()
    http: HttpSettings = HttpSettings()
    sip: SipSettings = SipSettings()
    media: MediaSettings = MediaSettings()
    recordings: RecordingsSettings = RecordingsSettings()
    vault: VaultSettings = VaultSettings()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    flows: FlowSettings = FlowSettings()
    routing: RoutingSettings = RoutingSettings()
    identity: IdentitySettings = IdentitySettings()
    portal: PortalSettings = PortalSettings()
    mail: MailSettings = MailSettings()
    audit: AuditSettings = AuditSettings()
    backup: BackupSettings = BackupSettings()
    tickets: TicketSettings = TicketSettings()
    log: LogSettings = LogSettings()
    demo: DemoSettings = DemoSettings()

    @model_validator(mode="after")
    def _check_sip_tls(self) -> Config:
        if self.sip.tls_port and not (self.sip.tls_certificate or self.http.tls):
            raise ValueError("[sip] tls_port needs a certificate: set tls_certificate and tls_key there or in [http]")
        return self


def ticket_files_dir(config: Config) -> Path:
    """Where files attached to tickets are."""
    given = config.tickets.files_dir
    return Path(given) if given else config.media.recordings_dir.parent / "ticket_files"


SECTIONS: dict[str, type[BaseModel]] = {
    name: field.annotation
    for name, field in Config.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}
