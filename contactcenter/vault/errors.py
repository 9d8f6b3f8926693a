"""What can be wrong with keys and with what they sealed; each text is a sentence for the operator."""


class VaultError(Exception):
    """The keys cannot be used as things are set up."""


class Damaged(VaultError):  # noqa: N818 - names the thing, not the failure
    """Something sealed was changed, cut off, or belongs elsewhere; nothing of it is given out."""


class UnknownKey(VaultError):  # noqa: N818
    """Sealed with a data key this process does not hold: another process may have made it a moment ago."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"The data key {key_id} is not in the database.")
        self.key_id = key_id
