"""What is typed into a telephone so that it registers here, and the same in the forms some telephones read. Pure."""

from __future__ import annotations

from xml.sax.saxutils import escape

import segno
from pydantic import BaseModel


class Provision(BaseModel):
    """`program` names whose form `text` is in."""

    program: str
    text: str


class Provisioning(BaseModel):
    """`password` is told this once. `qr` is the picture of what the Grandstream Wave app scans, a string of 0 and 1 a
    row. `realm` is for telephones that ask."""

    server: str
    port: int
    transports: list[str]
    username: str
    password: str
    realm: str
    address: str
    files: list[Provision]
    qr: list[str]


def provisioning(
    *, server: str, port: int, realm: str, username: str, password: str, name: str, tls_port: int = 0
) -> Provisioning:
    """`server` and `port` are where telephones reach us, by TLS at `tls_port` when that is not 0; `name` is shown on
    the telephone."""
    where = server if port == 5060 else f"{server}:{port}"
    return Provisioning(
        server=server,
        port=port,
        transports=["UDP", "TCP", *([f"TLS ({tls_port})"] if tls_port else [])],
        username=username,
        password=password,
        realm=realm,
        address=f"sip:{username}@{where}",
        files=[
            Provision(program="Linphone (linphonerc)", text=_linphone(where, realm, username, password, name)),
            Provision(program="baresip (accounts)", text=_baresip(where, username, password, name)),
            Provision(program="Grandstream Wave (XML)", text=_wave(where, username, password, name)),
        ],
        qr=_picture(_wave(where, username, password, name)),
    )


def _linphone(where: str, realm: str, username: str, password: str, name: str) -> str:
    shown = name.replace('"', "'")
    return (
        f"[proxy_0]\nreg_proxy=<sip:{where}>\n"
        f'reg_identity="{shown}" <sip:{username}@{where}>\nreg_sendregister=1\nreg_expires=600\n\n'
        f"[auth_info_0]\nusername={username}\npasswd={password}\nrealm={realm}\n"
    )


def _baresip(where: str, username: str, password: str, name: str) -> str:
    shown = name.replace('"', "'")
    return f'"{shown}" <sip:{username}@{where}>;auth_pass={password};regint=600;audio_codecs=pcma,pcmu\n'


def _wave(where: str, username: str, password: str, name: str) -> str:
    fields = {
        "RegisterServer": where,
        "UserID": username,
        "AuthID": username,
        "AuthPass": password,
        "AccountName": name,
        "DisplayName": name,
    }
    inner = "".join(f"<{tag}>{escape(value)}</{tag}>" for tag, value in fields.items())
    return (
        f'<?xml version="1.0" encoding="utf-8"?><AccountConfig version="1"><Account>{inner}</Account></AccountConfig>'
    )


def _picture(text: str) -> list[str]:
    return ["".join(map(str, row)) for row in segno.make(text, error="m", micro=False).matrix]
