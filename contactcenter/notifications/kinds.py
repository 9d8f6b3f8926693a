"""What a slice says of a notice it gives: its key, the words of its mail, and where it goes unless somebody chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from contactcenter.templates.kinds import TemplateKind, Variable, Words

Way = Literal["app", "mail", "push"]
EVERY_WAY: Final[frozenset[Way]] = frozenset({"app", "mail", "push"})
TITLE: Final = Variable("title", "What it is about", "T-000123 Printer broken")
LINK: Final = Variable("link", "Address of the page about it", "https://cc.example.com/tickets/T-000123", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeKind:
    """`key` is "<slice>-<what>"; pages have its words under `notices.kind.<key>`. `ways`: where it goes as long as
    somebody has not chosen otherwise. `facts` are what `words` may name beside `title` and `link`."""

    key: str
    title: str
    summary: str
    words: Mapping[str, Words]
    ways: frozenset[Way] = EVERY_WAY
    facts: tuple[Variable, ...] = ()

    @property
    def template(self) -> TemplateKind:
        return TemplateKind(
            key=f"notice.{self.key}",
            title=f"Notice: {self.title}",
            summary=self.summary,
            variables=(TITLE, LINK, *self.facts),
            defaults=self.words,
        )


DIGEST: Final = TemplateKind(
    key="notice.digest",
    title="Notices: several at once",
    summary="To people of the house who want their notices together, or had them held in quiet hours.",
    variables=(
        Variable("count", "How many there are", "3"),
        Variable("lines", "One line for each, the newest first", "T-000123 Printer broken: assigned to you"),
        Variable("link", "Address of the page with all of them", "https://cc.example.com/notices", required=True),
    ),
    defaults={
        "en": Words("{count} notices", "{lines}\n\nAll of them are here:\n\n{link}"),
        "de": Words("{count} Mitteilungen", "{lines}\n\nAlle finden Sie hier:\n\n{link}"),
    },
)
