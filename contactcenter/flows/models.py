"""The table of earlier versions of flow files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime


class FlowVersion(Base):
    """A flow file as it was saved. `by_id` and `by_name` are empty when the file was changed on the disk; `note`
    says what was done to it ("restored", "renamed from …")."""

    __tablename__ = "flow_versions"
    __table_args__ = (Index("ix_flow_versions_file_id", "file", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    file: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(200))
