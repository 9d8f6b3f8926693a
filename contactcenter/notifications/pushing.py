"""Browsers that take pushes, and sending to them what is due."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import aiohttp
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from yarl import URL

from contactcenter.api.fields import bad
from contactcenter.api.outward import PublicOnly, check_public
from contactcenter.api.problems import not_found
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.models import Session
from contactcenter.notifications.acts import PUSH_CHANGED
from contactcenter.notifications.models import Notification, PushKey, PushSubscription
from contactcenter.notifications.push_message import LONGEST, Receiver, authorization, encrypted, point_of, written
from contactcenter.notifications.service import Notifications
from contactcenter.notifications.settings import PushBody, PushList, PushOut
from contactcenter.permissions import Principal
from contactcenter.vault.columns import row_context
from contactcenter.vault.errors import VaultError
from contactcenter.vault.service import Vault

log = structlog.get_logger(__name__)

LASTS_S: Final = 24 * 3600
"""How long a push service keeps it for a browser that is off."""
AGAIN: Final = timedelta(minutes=1)
TRIES: Final = 5
TIMEOUT_S: Final = 10.0
AT_ONCE: Final = 100
MOST_BROWSERS: Final = 20
_GONE: Final = frozenset({404, 410})
_TITLE, _TEXT = 200, 400


class Pushing:
    """`words` gives title and text of a notice; `contact` where push services reach who runs this. `anywhere`: also to
    services that are not on the public internet, for tests."""

    def __init__(
        self,
        notices: Notifications,
        vault: Vault,
        *,
        words: Callable[[Notification], tuple[str, str]],
        contact: Callable[[], str],
        anywhere: bool = False,
    ) -> None:
        self._notices = notices
        self._database = notices.database
        self._vault = vault
        self._words = words
        self._contact = contact
        self._anywhere = anywhere
        self._failed: Counter[int] = Counter()
        self._client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def browsers(self, who: Principal) -> PushList:
        async with self._database.session() as session:
            mine = select(PushSubscription).join(Session, Session.id == PushSubscription.session_id)
            rows = await session.scalars(
                mine.where(PushSubscription.user_id == who.user_id).order_by(PushSubscription.made_at)
            )
            items = [_out(row, who) for row in rows]
        return PushList(key=written(point_of(await self._key())), items=items)

    async def add(self, who: Principal, body: PushBody, device: str) -> PushOut:
        """This browser, until the session ends. Raises Problem 422."""
        try:
            scheme = URL(body.endpoint).scheme
        except ValueError:
            raise bad("endpoint", "is no address.") from None
        if not self._anywhere and scheme != "https":
            raise bad("endpoint", "must begin with https.")
        try:
            Receiver.read(body.p256dh, body.auth)
        except ValueError:
            raise bad("p256dh", "these are not the keys of a browser.") from None
        row_id, digest = uuid.uuid4().hex, hashlib.sha256(body.endpoint.encode()).hexdigest()
        sealed = self._vault.seal(body.model_dump_json().encode(), row_context(PushSubscription.content, row_id))
        row = PushSubscription(
            id=row_id,
            user_id=who.user_id,
            session_id=who.session_id,
            endpoint_hash=digest,
            content=sealed,
            device=device[:100],
            made_at=self._notices.moment(),
        )
        async with self._database.writing() as session:
            # Whoever uses the browser now gets what is sent to it.
            await session.execute(delete(PushSubscription).where(PushSubscription.endpoint_hash == digest))
            mine = select(PushSubscription).where(PushSubscription.user_id == who.user_id)
            oldest = await session.scalars(mine.order_by(PushSubscription.made_at.desc()).offset(MOST_BROWSERS - 1))
            for each in oldest:
                await session.delete(each)
            session.add(row)
            subject = Subject("user", who.user_id, who.name)
            await record(session, Act(kind=PUSH_CHANGED, subject=subject, after={"device": row.device}))
        return _out(row, who)

    async def remove(self, who: Principal, subscription_id: str) -> None:
        """An own one. Raises Problem 404."""
        async with self._database.writing() as session:
            row = await session.get(PushSubscription, subscription_id)
            if row is None or row.user_id != who.user_id:
                raise not_found("browser")
            await session.delete(row)
            subject = Subject("user", who.user_id, who.name)
            await record(session, Act(kind=PUSH_CHANGED, subject=subject, before={"device": row.device}))

    async def _key(self) -> ec.EllipticCurvePrivateKey:
        """Made when it is first asked for."""
        context = row_context(PushKey.private, 1)
        async with self._database.session() as session:
            row = await session.get(PushKey, 1)
        if row is None:
            number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
            sealed = self._vault.seal(number.to_bytes(32, "big"), context)
            try:
                async with self._database.transaction() as session:
                    session.add(PushKey(id=1, private=sealed))
            except IntegrityError:
                log.info("push.key_made_elsewhere")
            async with self._database.session() as session:
                row = await session.get_one(PushKey, 1)
        number = int.from_bytes(await self._vault.open(row.private, context), "big")
        return ec.derive_private_key(number, ec.SECP256R1())

    async def sweep(self) -> int:
        """Sends what is due; how many pushes that were. Raises StorageUnavailable."""
        due = Notification.push_at <= self._notices.moment()
        async with self._database.session() as session:
            query = select(Notification).where(due).order_by(Notification.push_at, Notification.id)
            rows = list(await session.scalars(query.limit(AT_ONCE)))
            users = {row.user_id for row in rows}
            live = select(PushSubscription).join(Session, Session.id == PushSubscription.session_id)
            browsers = list(await session.scalars(live.where(PushSubscription.user_id.in_(users))))
        sent = 0
        for row in rows:
            mine = [each for each in browsers if each.user_id == row.user_id] if row.read_at is None else []
            done = await asyncio.gather(*(self._send(row, each) for each in mine))
            await self._settle(row, all(done))
            sent += len(mine)
        if rows:
            async with self._database.writing() as session:
                ended = PushSubscription.session_id.not_in(select(Session.id))
                await session.execute(delete(PushSubscription).where(ended))
        return sent

    async def _settle(self, row: Notification, done: bool) -> None:
        again = None
        if not done:
            self._failed[row.id] += 1
            if self._failed[row.id] < TRIES:
                again = self._notices.moment() + AGAIN
        if again is None:
            self._failed.pop(row.id, None)
        async with self._database.writing() as session:
            await session.execute(update(Notification).where(Notification.id == row.id).values(push_at=again))

    async def _send(self, row: Notification, browser: PushSubscription) -> bool:
        """Whether it is done with: taken, or never to be. False: it may be taken another time."""
        try:
            opened = await self._vault.open(browser.content, row_context(PushSubscription.content, browser.id))
            body = PushBody.model_validate_json(opened)
            url = URL(body.endpoint)
            if not self._anywhere:
                check_public(url)
            sender, receiver = ec.generate_private_key(ec.SECP256R1()), Receiver.read(body.p256dh, body.auth)
            headers = {
                "TTL": str(LASTS_S),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "Authorization": authorization(
                    body.endpoint, self._contact(), await self._key(), self._notices.moment().timestamp()
                ),
            }
            message = encrypted(self._message(row), receiver, sender, secrets.token_bytes(16))
            async with self._http().post(url, data=message, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except VaultError:
            log.warning("push.unreadable")
            return True
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            log.warning("push.not_sent", reason=type(error).__name__)
            return False
        if status in _GONE:
            async with self._database.writing() as session:
                await session.execute(delete(PushSubscription).where(PushSubscription.id == browser.id))
        elif status >= 300:
            log.warning("push.refused", status=status)
        return status != 429 and status < 500

    def _message(self, row: Notification) -> bytes:
        title, text = self._words(row)
        tag = f"{row.object_kind}:{row.object_id}"
        told = {"title": title[:_TITLE], "text": text[:_TEXT], "link": row.link, "tag": tag}
        message = json.dumps(told, ensure_ascii=False).encode()
        return message if len(message) <= LONGEST else json.dumps(told | {"text": ""}, ensure_ascii=False).encode()

    def _http(self) -> aiohttp.ClientSession:
        if self._client is None:
            resolver = None if self._anywhere else PublicOnly()
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=20, resolver=resolver),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "contactcenter"},
            )
        return self._client


def _out(row: PushSubscription, who: Principal) -> PushOut:
    current = row.session_id == who.session_id
    return PushOut(id=row.id, device=row.device, made_at=row.made_at, current=current)
