"""A side conversation as whom it asks from outside reads it: nothing here is of the ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from contactcenter.tickets.customer_documents import CustomerFile


class OutsideMessage(BaseModel):
    """`name` of who wrote for the house, where that is still known."""

    id: int
    by: Literal["outside", "house"]
    name: str
    text: str
    files: list[CustomerFile]
    at: datetime


class OutsideOut(BaseModel):
    """`asked_by`: the name of who began it, where that is still known; `email`: whom it asks, as whom is answered;
    `most_bytes` of one file."""

    subject: str
    asked_by: str
    email: str
    messages: list[OutsideMessage]
    most_bytes: int
