"""Tables of automation. Documents are as settings.py takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.tickets.models import ID, REF, SERIAL
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed


def _ticket() -> ForeignKey:
    return ForeignKey("tickets.id", ondelete="CASCADE")


class TicketRule(Base):
    """`document`: conditions, events, became, clock, timer, actions. `stopped`: why the product has turned it off."""

    __tablename__ = "ticket_rules"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    enabled: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    document: Mapped[Any] = mapped_column(JSON)
    stopped: Mapped[str] = mapped_column(Text, default="")


class TicketRuleRun(Base):
    """One time that a rule met a ticket. With `mark` (the entry it answers) it happens once, also after a crash: the
    run is written in the transaction of what it does. No text of a ticket is kept here."""

    __tablename__ = "ticket_rule_runs"
    __table_args__ = (
        UniqueConstraint("rule_id", "ticket_id", "mark"),
        Index("ix_ticket_rule_runs_rule_id_id", "rule_id", "id"),
    )

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    rule_id: Mapped[str] = mapped_column(REF)
    rule_name: Mapped[str] = mapped_column(String(200))
    ticket_id: Mapped[str] = mapped_column(ID, _ticket(), index=True)
    number: Mapped[str] = mapped_column(REF)
    mark: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    event: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(8))
    changes: Mapped[Any] = mapped_column(JSON, default=list)
    said: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Text, default="")
    chain: Mapped[Any] = mapped_column(JSON, default=list)


class TicketRuleMark(Base):
    """One row: the history up to this entry has been shown to the triggers."""

    __tablename__ = "ticket_rule_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(SERIAL)


class TicketRuleTimer(Base):
    """A rule of time has looked at a ticket as it was at `sequence`, and looks again at `again_at` (None: not before
    it changes). `fired`: the entry from which it counted when it last fired."""

    __tablename__ = "ticket_rule_timers"

    rule_id: Mapped[str] = mapped_column(REF, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ID, _ticket(), primary_key=True, index=True)
    sequence: Mapped[int] = mapped_column()
    again_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    fired: Mapped[int | None] = mapped_column(default=None)


class TicketTurn(Base):
    """Who of a team was last given a ticket in turn."""

    __tablename__ = "ticket_turns"

    team_id: Mapped[str] = mapped_column(REF, primary_key=True)
    user_id: Mapped[str] = mapped_column(ID)


class TicketWebhook(Base):
    """Where word of tickets is sent. `private`: also to addresses that are not on the public internet. `stopped`: why
    the product has turned it off."""

    __tablename__ = "ticket_webhooks"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(2000))
    private: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)
    stopped: Mapped[str] = mapped_column(Text, default="")
    secret: Mapped[Sealed] = mapped_column(SealedColumn)


class TicketDelivery(Base):
    """One message to a webhook, written in the transaction of what it tells of. `id` is its webhook-id, whatever the
    number of `tries`; `next_at` None: done or given up. `status`: what was last answered."""

    __tablename__ = "ticket_deliveries"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("ticket_webhooks.id", ondelete="CASCADE"), index=True)
    ticket_id: Mapped[str | None] = mapped_column(ID, default=None, index=True)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10))
    status: Mapped[int | None] = mapped_column(default=None)
    problem: Mapped[str] = mapped_column(Text, default="")


class TicketMacro(Base):
    """`owner_id` None: everybody's."""

    __tablename__ = "ticket_macros"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[str | None] = mapped_column(ID, default=None, index=True)
    position: Mapped[int] = mapped_column(default=0)
    actions: Mapped[Any] = mapped_column(JSON, default=list)


class TicketReply(Base):
    """A ready answer; `owner_id` None: everybody's."""

    __tablename__ = "ticket_replies"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(35), default="")
    owner_id: Mapped[str | None] = mapped_column(ID, default=None, index=True)
    position: Mapped[int] = mapped_column(default=0)
