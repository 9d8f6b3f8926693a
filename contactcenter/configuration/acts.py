"""Acts on the whole set-up in the audit trail; what applying changes is recorded one by one as well."""

from contactcenter.audit.acts import ActKind

CONFIGURATION_APPLIED = ActKind("configuration.applied", "Configuration files applied")
CONFIGURATION_EXPORTED = ActKind("configuration.exported", "Configuration files exported")

ALL = (CONFIGURATION_APPLIED, CONFIGURATION_EXPORTED)
