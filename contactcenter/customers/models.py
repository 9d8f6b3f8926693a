"""Tables of customers.

A merged customer keeps its row and all that hangs on it; `root_id` says whom it is now part of. What is shown of a
customer is that of all rows with its `root_id`, so taking a merge back moves nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed

ID = String(32)
# Ranges of prefixes need the order of octets, whatever the database's language is.
FOLDED = String(200).with_variant(String(200, collation="C"), "postgresql")
TERM = String(64).with_variant(String(64, collation="C"), "postgresql")


def _customer() -> ForeignKey:
    return ForeignKey("customers.id", ondelete="CASCADE")


class Customer(Base):
    """`merged_into` is the customer this one was merged into, `root_id` the end of that way: itself if unmerged.

    `kind` is person or organisation; `sort_name` the folded name; `fields` custom fields by id, without sensitive ones.
    """

    __tablename__ = "customers"
    __table_args__ = (Index("ix_customers_sort_name_id", "sort_name", "id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    called: Mapped[str] = mapped_column(String(200), default="")
    sort_name: Mapped[str] = mapped_column(FOLDED)
    language: Mapped[str] = mapped_column(String(35), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="")
    organisation_id: Mapped[str | None] = mapped_column(ID, default=None, index=True)
    vip: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[int] = mapped_column(default=0)
    addresses: Mapped[Any] = mapped_column(JSON, default=list)
    fields: Mapped[Any] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_into: Mapped[str | None] = mapped_column(ID, default=None)
    root_id: Mapped[str] = mapped_column(ID, index=True)


class CustomerIdentity(Base):
    """`kind` is phone, email, handle or external; `channel` names the handle's channel or the other system, else "".

    `value` is in the one form that is compared (E.164, lower case), `shown` as it was typed.
    """

    __tablename__ = "customer_identities"
    __table_args__ = (
        UniqueConstraint("customer_id", "kind", "channel", "value"),
        Index("ix_customer_identities_kind_value", "kind", "value"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID, _customer())
    kind: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32), default="")
    value: Mapped[str] = mapped_column(String(320))
    shown: Mapped[str] = mapped_column(String(320))
    label: Mapped[str] = mapped_column(String(64), default="")
    position: Mapped[int] = mapped_column(default=0)


class CustomerTag(Base):
    __tablename__ = "customer_tags"

    tag: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID, _customer(), primary_key=True, index=True)


class CustomerTerm(Base):
    """What a search finds the customer by: each is found by its beginning."""

    __tablename__ = "customer_terms"
    __table_args__ = (
        Index("ix_customer_terms_customer_id_term", "customer_id", "term"),
        {"sqlite_with_rowid": False},
    )

    term: Mapped[str] = mapped_column(TERM, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID, _customer(), primary_key=True)


class CustomerSecret(Base):
    """The value of a sensitive custom field, as JSON, sealed."""

    __tablename__ = "customer_secrets"

    customer_id: Mapped[str] = mapped_column(ID, _customer(), primary_key=True)
    field_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Sealed] = mapped_column(SealedColumn)


class CustomerNote(Base):
    __tablename__ = "customer_notes"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID, _customer(), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[str] = mapped_column(String(64), default="")
    author_name: Mapped[str] = mapped_column(String(200), default="")


class CustomerConsent(Base):
    """One consent given or withdrawn; the newest of its kind counts. `text_version`: which words were agreed to."""

    __tablename__ = "customer_consents"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID, _customer(), index=True)
    kind: Mapped[str] = mapped_column(String(64))
    given: Mapped[bool] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(32))
    text_version: Mapped[str] = mapped_column(String(64), default="")
    recorded_by: Mapped[str] = mapped_column(String(200), default="")
    recorded_by_id: Mapped[str] = mapped_column(String(64), default="")


class CustomerMerge(Base):
    """`changed` holds, for each column of the survivor that the merge changed, [before, after]."""

    __tablename__ = "customer_merges"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    survivor_id: Mapped[str] = mapped_column(ID, _customer(), index=True)
    merged_id: Mapped[str] = mapped_column(ID, _customer(), index=True)
    sequence: Mapped[int] = mapped_column()
    changed: Mapped[Any] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_name: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[str] = mapped_column(String(64), default="")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class CustomerField(Base):
    """A custom field: `type` is text, number, date, choice or yes-no; `sensitive` values are sealed."""

    __tablename__ = "customer_fields"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(16))
    required: Mapped[bool] = mapped_column(default=False)
    sensitive: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[Any] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)


class CustomerSegment(Base):
    """A saved filter; of `owner_id` alone, None: for everybody."""

    __tablename__ = "customer_segments"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    filter: Mapped[Any] = mapped_column(JSON, default=dict)
    owner_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
