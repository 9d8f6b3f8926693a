"""What supervisors and administrators should know about the system itself, on every page, until it is mended."""

from typing import Any, Literal

from contactcenter.api.live import Live
from contactcenter.moments import iso
from contactcenter.routing.driver import RoutingDriver
from contactcenter.supervision.permissions import SYSTEM_VIEW

Level = Literal["info", "warning", "error"]


class Notices:
    """The live topic `system`. A notice stays until it is cleared; the same text again changes nothing."""

    def __init__(self, driver: RoutingDriver, live: Live) -> None:
        self._driver = driver
        self._topic = live.topic("system")
        live.allow("system", lambda principal, topic: principal.may(SYSTEM_VIEW))

    def set(self, notice_id: str, level: Level, text: str) -> None:
        present = self._topic.get("notices", notice_id)
        if present is None or (present["level"], present["text"]) != (level, text):
            row = {"id": notice_id, "level": level, "text": text, "since": iso(self._driver.now)}
            self._topic.put("notices", notice_id, row)

    def tell(self, notice_id: str, level: Level, text: str | None) -> None:
        """Set the notice, or clear it when there is nothing to say any more."""
        if text is None:
            self.clear(notice_id)
        else:
            self.set(notice_id, level, text)

    def clear(self, notice_id: str) -> None:
        self._topic.remove("notices", notice_id)

    def replace(self, prefix: str, wanted: dict[str, tuple[Level, str]]) -> None:
        """Make the notices whose ids begin with `prefix` exactly these."""
        for notice_id in [
            known for known in self._topic.ids("notices") if known.startswith(prefix) and known not in wanted
        ]:
            self.clear(notice_id)
        for notice_id, (level, text) in wanted.items():
            self.set(notice_id, level, text)

    def all(self) -> dict[str, dict[str, Any]]:
        return self._topic.snapshot().get("notices", {})
