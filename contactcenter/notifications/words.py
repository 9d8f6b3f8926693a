"""A notice in the words of its mail, which are the house's to change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from contactcenter.notifications.kinds import DIGEST
from contactcenter.notifications.models import Notification
from contactcenter.templates.layout import Rendered
from contactcenter.templates.service import Templates

MOST_LINES: Final = 50


class NoticeWords:
    """`page_url` gives where people sign in."""

    def __init__(self, templates: Templates, page_url: Callable[[], str]) -> None:
        self._templates = templates
        self._page_url = page_url

    def contact(self) -> str:
        """Where whoever runs this is reached."""
        return self._page_url()

    def mail(self, rows: Sequence[Notification]) -> Rendered:
        """Of one notice, or of several together."""
        return self._one(rows[0]) if len(rows) == 1 else self._several(rows)

    def push(self, row: Notification) -> tuple[str, str]:
        """What it is about, and what has happened."""
        return row.title, self._one(row).subject.removeprefix(row.title).lstrip(": ")

    def _one(self, row: Notification) -> Rendered:
        variables = {**row.facts, "title": row.title, "link": self._page_url().rstrip("/") + row.link}
        return self._templates.render(f"notice.{row.kind}", "", variables)

    def _several(self, rows: Sequence[Notification]) -> Rendered:
        lines = [self._one(row).subject for row in rows[:MOST_LINES]]
        if len(rows) > MOST_LINES:
            lines.append("…")
        link = f"{self._page_url().rstrip('/')}/notices"
        variables = {"count": str(len(rows)), "lines": "\n".join(lines), "link": link}
        return self._templates.render(DIGEST.key, "", variables)
