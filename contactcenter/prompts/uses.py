"""Which prompts a flow plays."""

from __future__ import annotations

from contactcenter.flows.model import Flow
from contactcenter.flows.outline import recordings


def prompts_named(flow: Flow) -> set[str]:
    return {prompt_id for _, prompt_id in recordings(flow)}
