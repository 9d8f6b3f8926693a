"""Tables of trunks and of the numbers that come in by them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed


class TrunkRow(Base):
    """`settings` is settings.TrunkSettings in its JSON form; the password is sealed and beside it."""

    __tablename__ = "trunks"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    password: Mapped[Sealed | None] = mapped_column(SealedColumn(), default=None)


class CalledNumber(Base):
    """Which flow takes calls to `pattern`: a number, the beginning of numbers with * after it, or * for all. `trunk_id`
    None: by whatever way the call comes."""

    __tablename__ = "called_numbers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    pattern: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200), default="")
    flow: Mapped[str] = mapped_column(String(64))
    trunk_id: Mapped[str | None] = mapped_column(ForeignKey("trunks.id"), default=None, index=True)
