"""How trunks and called numbers plug in."""

import asyncio

from contactcenter.flows.store import FlowStore
from contactcenter.plugin import Plugin
from contactcenter.storage.database import Database
from contactcenter.trunks import acts, permissions
from contactcenter.trunks.configuration import numbers_section, trunks_section
from contactcenter.trunks.number_set_up import NumberSetUp
from contactcenter.trunks.routes import number_routes, trunk_routes
from contactcenter.trunks.service import Trunks
from contactcenter.trunks.set_up import TrunkSetUp
from contactcenter.vault.service import Vault


def load(trunks: Trunks, database: Database, vault: Vault, flows: FlowStore) -> Plugin:
    lock = asyncio.Lock()
    """Held from the first check to the reload: what was checked is what is there."""
    set_up = TrunkSetUp(database, vault, trunks, lock)
    numbers = NumberSetUp(database, trunks, flows, lock)
    return Plugin(
        name="trunks",
        permissions=permissions.ALL,
        routes=(*trunk_routes(set_up), *number_routes(numbers)),
        acts=acts.ALL,
        configuration=(trunks_section(set_up), numbers_section(numbers)),
    )
