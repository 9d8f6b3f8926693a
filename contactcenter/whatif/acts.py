"""What the audit trail holds of simulations."""

from typing import Final

from contactcenter.audit.acts import ActKind

SIMULATION_ASKED: Final = ActKind("simulation.asked", "Simulation asked for")
SIMULATION_CANCELLED: Final = ActKind("simulation.cancelled", "Simulation cancelled")
ALL: Final = (SIMULATION_ASKED, SIMULATION_CANCELLED)
