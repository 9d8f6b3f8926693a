"""The technologies behind an interface, as config.toml chooses and sets them."""

import time
from collections.abc import Callable
from pathlib import Path

from contactcenter.api.certificate import Certificate
from contactcenter.api.served_certificate import ServedCertificate
from contactcenter.config import Config, VaultSettings
from contactcenter.storage.database import Database
from contactcenter.telephony import SipConfig
from contactcenter.vault.service import Vault
from contactcenter.vault.sources import Given, KeyFile, MasterSource, command_output
from media.config import MediaConfig
from media.local_plane import LocalPlane
from media.plane import MediaPlane
from media.worker_plane import WorkerPlane


def media_plane(config: Config) -> MediaPlane:
    """Audio in a process of its own, or in this one when no worker is wanted."""
    media = MediaConfig(
        bind_host=config.media.host,
        advertised_host=config.media.advertised_host or None,
        rtp_port_min=config.media.rtp_port_min,
        rtp_port_max=config.media.rtp_port_max,
        ice_hosts=tuple(config.media.ice_hosts),
        ice_servers=tuple(config.media.ice_servers),
        rtp_timeout_s=config.media.rtp_timeout_s,
    )
    return WorkerPlane(media) if config.media.workers else LocalPlane(media)


def sip_settings(config: Config) -> SipConfig:
    return SipConfig(
        host=config.sip.host,
        port=config.sip.port,
        domain=config.sip.domain,
        advertised_host=config.sip.advertised_host or None,
        realm=config.sip.realm,
        digest_algorithms=tuple(config.sip.digest_algorithms),
        max_expires_s=config.sip.registration_max_s,
        unknown_callers=config.sip.unknown_callers,
        requests_per_s=config.sip.requests_per_second or None,
        tls_port=config.sip.tls_port or None,
        tls_ca_file=Path(config.sip.tls_ca_file) if config.sip.tls_ca_file else None,
    )


def sip_certificate(config: Config, tell: Callable[[str | None], None]) -> ServedCertificate | None:
    """What telephones are served with by TLS, None where they are not."""
    if not config.sip.tls_port:
        return None
    own = config.sip if config.sip.tls_certificate else config.http
    section = "sip" if config.sip.tls_certificate else "http"
    files = Certificate(
        Path(own.tls_certificate), Path(own.tls_key), now=time.time, section=section, serves="Telephones"
    )
    return ServedCertificate(files, tell)


def vault(config: Config, database: Database) -> Vault:
    """The keys of this database; its data folder keeps the master key when nothing else is said."""
    return Vault(database, master_source(config))


def master_source(config: Config) -> MasterSource:
    """Where the master key is kept."""
    return _master_source(config.vault, config.media.recordings_dir.parent)


def _master_source(settings: VaultSettings, folder: Path) -> MasterSource:
    key, command = settings.master_key.get_secret_value(), settings.master_key_command
    if not key and not command:
        return KeyFile(Path(settings.master_key_file) if settings.master_key_file else folder / "master.key")
    old_key, old_command = settings.previous_master_key.get_secret_value(), settings.previous_master_key_command
    previous: Callable[[], str] | None = None
    if old_key:
        previous = lambda: old_key  # noqa: E731
    elif old_command:
        previous = lambda: command_output(old_command, "previous_master_key_command")  # noqa: E731
    if key:
        return Given("[vault] master_key", lambda: key, previous)
    return Given(
        "The key of [vault] master_key_command", lambda: command_output(command, "master_key_command"), previous
    )
