"""The technologies behind an interface, as config.toml chooses and sets them."""

from contactcenter.config import Config
from contactcenter.telephony import SipConfig
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
    )
