"""What can be wrong with a backup; each text is a sentence for the operator."""


class BackupError(Exception):
    """The backup cannot be made, opened or restored."""


class Unsound(BackupError):  # noqa: N818 - names the archive, not the failure
    """The archive was changed, cut off or is not an archive; nothing of it may be used."""


class Busy(BackupError):  # noqa: N818 - as Unsound
    """One is being made or checked already."""
