"""What the load generator is told on its standard input."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AgentSignIn(_Settings):
    """A synthetic agent: signs in with `email` and answers on the SIP account `sip_username`."""

    email: str
    name: str = ""
    sip_username: str


class LoadConfig(_Settings):
    """`http` is the server's URL, `certificate` the PEM file of its TLS, `sip` its host:port, `number` the one to
    dial, `password` that of every agent and telephone. `rtp_port_min` to `rtp_port_max` must not overlap with the
    server's range. `seed` makes a run repeatable up to timing."""

    http: str = "http://127.0.0.1:8080"
    certificate: Path | None = None
    sip: str = "127.0.0.1:5060"
    number: str = "1000"
    callers_per_minute: float = Field(default=6.0, ge=0)
    max_callers: int = Field(default=20, ge=0)
    password: str = Field(default="", repr=False)
    agents: tuple[AgentSignIn, ...] = ()
    seed: int | None = None
    speech_dir: Path | None = None
    rtp_port_min: int = 30000
    rtp_port_max: int = 31999
    log_level: str = "info"
    log_format: str = "console"

    @property
    def sip_host(self) -> str:
        return self.sip.rpartition(":")[0].strip("[]")


class LoadChange(_Settings):
    """A later line on standard input."""

    callers_per_minute: float = Field(ge=0)
