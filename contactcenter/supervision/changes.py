"""What has changed in the set-up, told to every open page, so that it asks for what it shows anew."""

from contactcenter.api.live import Live
from contactcenter.bus import Bus
from contactcenter.identity.permissions import DIRECTORY_VIEW
from contactcenter.queues.events import RoutingChanged


class Changes:
    """The live topic `set-up`: in `changes` a row `{id, revision}` for each kind of thing that was changed since this
    start, with a number that grows. What it is now is asked for over HTTP, by whoever shows it and may see it.
    """

    def __init__(self, live: Live, bus: Bus) -> None:
        self._topic = live.topic("set-up")
        live.allow("set-up", lambda principal, topic: principal.may(DIRECTORY_VIEW))
        bus.subscribe(RoutingChanged, self._changed)

    def _changed(self, event: RoutingChanged) -> None:
        before = self._topic.get("changes", event.what)
        revision = 1 if before is None else before["revision"] + 1
        self._topic.put("changes", event.what, {"id": event.what, "revision": revision})
