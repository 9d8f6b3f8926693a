"""How backups plug in."""

from contactcenter.backup import acts
from contactcenter.plugin import Plugin


def load() -> Plugin:
    return Plugin(name="backup", acts=acts.ALL)
