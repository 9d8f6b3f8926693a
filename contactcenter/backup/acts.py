"""Acts on backups in the audit trail."""

from contactcenter.audit.acts import ActKind

BACKUP_MADE = ActKind("backup.made", "Backup made")
BACKUP_RESTORED = ActKind("backup.restored", "Backup restored")
BACKUP_CHECKED = ActKind("backup.checked", "Backup checked and found whole")
BACKUP_UNSOUND = ActKind("backup.unsound", "Backup checked and found damaged")

ALL = (BACKUP_MADE, BACKUP_RESTORED, BACKUP_CHECKED, BACKUP_UNSOUND)
