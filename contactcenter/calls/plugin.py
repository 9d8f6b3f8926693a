"""How calls plug in: their commands are live ones, registered where the calls are built."""

from contactcenter.calls.house import MESSAGE
from contactcenter.plugin import Plugin


def load() -> Plugin:
    return Plugin(name="calls", templates=(MESSAGE,))
