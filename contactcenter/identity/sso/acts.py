"""What the audit trail records about identity providers and accounts linked with them."""

from __future__ import annotations

from typing import Final

from contactcenter.audit.acts import ActKind

PROVIDER_CREATED: Final = ActKind("identity_provider.created", "Identity provider added")
PROVIDER_CHANGED: Final = ActKind("identity_provider.changed", "Identity provider changed")
PROVIDER_REMOVED: Final = ActKind("identity_provider.removed", "Identity provider removed")
IDENTITY_LINKED: Final = ActKind("outside_identity.linked", "Account linked with an identity provider")
IDENTITY_UNLINKED: Final = ActKind("outside_identity.unlinked", "Account no longer linked with an identity provider")
POLICY_CHANGED: Final = ActKind("sign_in_policy.changed", "Who may sign in without an identity provider")
ALL: Final = (
    PROVIDER_CREATED,
    PROVIDER_CHANGED,
    PROVIDER_REMOVED,
    IDENTITY_LINKED,
    IDENTITY_UNLINKED,
    POLICY_CHANGED,
)
