"""Acts on keys in the audit trail."""

from contactcenter.audit.acts import ActKind

DATA_KEYS_REPLACED = ActKind("data_keys.replaced", "Data keys replaced")
MASTER_KEY_REPLACED = ActKind("master_key.replaced", "Master key replaced")

ALL = (DATA_KEYS_REPLACED, MASTER_KEY_REPLACED)
