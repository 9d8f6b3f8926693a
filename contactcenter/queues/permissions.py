"""Permissions on queues and on working in them."""

from typing import Final

from contactcenter.permissions import Permission, Role

WORK_TAKE: Final = Permission(
    "work.take", "Be an agent: be offered contacts and handle them", {Role.AGENT, Role.SUPERVISOR}, own=True
)
ROUTING_VIEW: Final = Permission(
    "routing.view",
    "See how queues, skills, routing profiles and calendars are set up (a team's role: its people and their queues)",
    {Role.SUPERVISOR, Role.PLANNER},
    scoped=True,
)
ROUTING_MANAGE: Final = Permission(
    "routing.manage", "Change queues, skills, routing profiles, calendars and what agents are asked for"
)
QUEUES_ACT: Final = Permission(
    "queues.act", "Move waiting contacts and change their priority", {Role.SUPERVISOR}, scoped=True
)
ALL: Final = (WORK_TAKE, ROUTING_VIEW, ROUTING_MANAGE, QUEUES_ACT)
