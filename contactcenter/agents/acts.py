"""What the audit trail holds of skills, routing profiles and agents."""

from typing import Final

from contactcenter.audit.acts import ActKind

SKILL_MADE: Final = ActKind("skill.made", "Skill made")
SKILL_CHANGED: Final = ActKind("skill.changed", "Skill renamed")
SKILL_REMOVED: Final = ActKind("skill.removed", "Skill removed")
PROFILE_MADE: Final = ActKind("profile.made", "Routing profile made")
PROFILE_CHANGED: Final = ActKind("profile.changed", "Routing profile changed")
PROFILE_REMOVED: Final = ActKind("profile.removed", "Routing profile removed")
AGENT_CHANGED: Final = ActKind("agent.changed", "Skills, queues or telephone of an agent changed")
TELEPHONE_MADE: Final = ActKind("telephone.made", "Telephone added")
TELEPHONE_CHANGED: Final = ActKind("telephone.changed", "Telephone named, given to an agent or disabled")
TELEPHONE_PASSWORD_SET: Final = ActKind("telephone.password-set", "Telephone given a new password")
TELEPHONE_REMOVED: Final = ActKind("telephone.removed", "Telephone removed")
TELEPHONES_EXPORTED: Final = ActKind("telephones.exported", "Telephones exported")
ALL: Final = (
    SKILL_MADE,
    SKILL_CHANGED,
    SKILL_REMOVED,
    PROFILE_MADE,
    PROFILE_CHANGED,
    PROFILE_REMOVED,
    AGENT_CHANGED,
    TELEPHONE_MADE,
    TELEPHONE_CHANGED,
    TELEPHONE_PASSWORD_SET,
    TELEPHONE_REMOVED,
    TELEPHONES_EXPORTED,
)
