"""Acts on backups in the audit trail."""

from contactcenter.audit.acts import ActKind

BACKUP_MADE = ActKind("backup.made", "Backup made")
BACKUP_RESTORED = ActKind("backup.restored", "Backup restored")

ALL = (BACKUP_MADE, BACKUP_RESTORED)
