"""Notices and preferences over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Ref, Settings, bad
from contactcenter.notifications.kinds import NoticeKind, Way
from contactcenter.notifications.moments import Digest, Quiet, Rhythm

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Ways(Settings):
    """Where a kind of notice goes."""

    app: bool
    mail: bool
    push: bool

    def has(self, way: Way) -> bool:
        return bool(getattr(self, way))


class QuietBody(Settings):
    """By the wall clock, "22:00"; over midnight where `end` is the earlier one."""

    begin: Clock
    end: Clock


class PreferencesBody(Settings):
    """`kinds`: those that go elsewhere than they do by themselves. `digest` is of mail; `digest_hour` of a daily one.
    In quiet hours mail and push are held back. `timezone` "": the house's."""

    kinds: Annotated[dict[Ref, Ways], Field(max_length=200)] = Field(default={})
    digest: Digest = "at_once"
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 8
    quiet: QuietBody | None = None
    timezone: Annotated[str, StringConstraints(max_length=64)] = ""

    def rhythm(self, house: str) -> Rhythm:
        quiet = None
        if self.quiet is not None:
            quiet = Quiet(begin=time.fromisoformat(self.quiet.begin), end=time.fromisoformat(self.quiet.end))
        zone = ZoneInfo(self.timezone or house)
        return Rhythm(zone=zone, digest=self.digest, digest_hour=self.digest_hour, quiet=quiet)

    def ways(self, kind: NoticeKind) -> Ways:
        return self.kinds.get(kind.key) or Ways(**{way: way in kind.ways for way in ("app", "mail", "push")})


STANDARD: Final = PreferencesBody()


def check(body: PreferencesBody, known: set[str]) -> None:
    """Raises Problem 422."""
    for key in body.kinds:
        if key not in known:
            raise bad(f"kinds.{key}", "there is no such kind of notice.")
    if body.quiet is not None and body.quiet.begin == body.quiet.end:
        raise bad("quiet.end", "must differ from the beginning.")
    if body.timezone and body.timezone not in available_timezones():
        raise bad("timezone", f"there is no time zone {body.timezone!r}; name one as Europe/Berlin.")


class KindOut(Ways):
    """`key`: its words stand in the pages."""

    key: str


class PreferencesOut(BaseModel):
    """`kinds`: every one there is, with where it goes. `mail`: there is a mail server. `house_timezone` counts where
    `timezone` is empty."""

    kinds: list[KindOut]
    digest: Digest
    digest_hour: int
    quiet: QuietBody | None
    timezone: str
    house_timezone: str
    mail: bool


class NoticeOut(BaseModel):
    id: int
    kind: str
    facts: dict[str, Any]
    at: datetime
    read: bool


class NoticeGroup(BaseModel):
    """What was told about one thing; `items`: the newest of them, the newest first."""

    object_kind: str
    object_id: str
    title: str
    link: str
    at: datetime
    count: int
    unread: int
    items: list[NoticeOut]


class NoticeQuery(BaseModel):
    unread: bool = False
    cursor: Annotated[str, Field(max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class NoticePage(BaseModel):
    """`unread`: how many things there is something unread about, in all."""

    unread: int
    items: list[NoticeGroup]
    next_cursor: str | None


class ReadBody(Settings):
    """About one thing, or, with neither, about everything. `upto`: the id of the newest notice that was seen."""

    object_kind: Ref | None = None
    object_id: Ref | None = None
    upto: Annotated[int, Field(ge=0, le=2**62)] | None = None
    read: bool = True


class PushBody(Settings):
    """What a browser's PushSubscription says."""

    endpoint: Annotated[str, StringConstraints(min_length=10, max_length=1000, pattern=r"^https?://[^\s]+$")]
    p256dh: Annotated[str, StringConstraints(min_length=80, max_length=100)]
    auth: Annotated[str, StringConstraints(min_length=20, max_length=30)]


class PushOut(BaseModel):
    """`current`: made in the session that asks."""

    id: str
    device: str
    made_at: datetime
    current: bool


class PushList(BaseModel):
    """`key` is the applicationServerKey to subscribe with."""

    key: str
    items: list[PushOut]


class UnreadOut(BaseModel):
    unread: int
