"""What the audit trail holds of prompts."""

from typing import Final

from contactcenter.audit.acts import ActKind

PROMPT_MADE: Final = ActKind("prompt.made", "Prompt made")
PROMPT_CHANGED: Final = ActKind("prompt.changed", "Prompt changed")
PROMPT_RECORDED: Final = ActKind("prompt.recorded", "Recording of a prompt replaced")
PROMPT_REMOVED: Final = ActKind("prompt.removed", "Prompt removed")
ALL: Final = (PROMPT_MADE, PROMPT_CHANGED, PROMPT_RECORDED, PROMPT_REMOVED)
