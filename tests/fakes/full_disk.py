"""A disk that takes nothing more."""

from __future__ import annotations

import os

from contactcenter.routing.journal import CommandJournal


def fill_disk(journal: CommandJournal) -> None:
    """From now on the journal's present file refuses every write, as a full disk does; the next file is whole again."""
    assert journal._file is not None
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, journal._file)
    os.close(full)
