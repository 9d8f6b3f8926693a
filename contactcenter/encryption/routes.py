"""Keys over HTTP: their ids and what they seal, never what they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Settings
from contactcenter.api.problems import Problem
from contactcenter.api.routes import Call, Route
from contactcenter.encryption.acts import DATA_KEYS_REPLACED, MASTER_KEY_REPLACED
from contactcenter.encryption.permissions import ENCRYPTION_ROTATE, ENCRYPTION_VIEW
from contactcenter.encryption.service import Keys, NotNow, SeenOther
from contactcenter.vault.errors import VaultError
from contactcenter.vault.sources import KeyFile

PATH = "/api/v1/encryption"
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class KeyOut(BaseModel):
    """`purpose` values, files or index; `state` active, replaced (still opens, seals no more) or retired (kept for
    backups). `master`: the id of the master key that wraps it."""

    id: str
    purpose: str
    state: Literal["active", "replaced", "retired"]
    made_at: datetime
    replaced_at: datetime | None
    retired_at: datetime | None
    master: str


class WorkOut(BaseModel):
    """`done` of `total` things are sealed with the new keys."""

    what: Literal["data", "master"]
    done: int
    total: int


class OutcomeOut(BaseModel):
    """What the last replacement since the server's start has come to; `left`: what is damaged or was changed meanwhile,
    `failed`: a sentence when it was broken off."""

    what: Literal["data", "master"]
    ended_at: datetime
    sealed: int
    left: int
    failed: str | None


class EncryptionOut(BaseModel):
    """`kept` file, or given by settings, environment or command; `where`: its path, or which setting gives it."""

    kept: Literal["file", "given"]
    where: str
    keys: list[KeyOut]
    work: WorkOut | None
    last: OutcomeOut | None


class SealsOut(BaseModel):
    """How many things a key seals, by what they are: values, recordings, ticket_files."""

    key: str
    counts: dict[str, int]


class UseOut(BaseModel):
    """`masters`: ids of what is found where the master key is kept, the one for new keys first; `problem`: why the data
    keys cannot be opened with it. `replaceable`: a new one may be put around the data keys now."""

    seals: list[SealsOut]
    masters: list[str]
    problem: str | None
    replaceable: bool
    open_to_others: bool
    written_at: datetime | None


class Replacement(Settings):
    """`keys`: ids of the keys that were seen in use; refused when others are by now."""

    what: Literal["data", "master"]
    keys: list[KeyId] = Field(min_length=1, max_length=20)


def routes(keys: Keys) -> list[Route]:
    async def shown(call: Call) -> EncryptionOut:
        return await _shown(keys)

    async def use(call: Call) -> UseOut:
        return await _use(keys)

    async def replace(call: Call) -> EncryptionOut:
        body = call.body(Replacement)
        try:
            await keys.replace(body.what, body.keys)
        except SeenOther as error:
            raise Problem(409, "changed", "Changed meanwhile", str(error), field="keys") from error
        except NotNow as error:
            raise Problem(409, "busy", "Not now", str(error)) from error
        except VaultError as error:
            raise Problem(409, "keys", "The keys cannot be replaced", str(error)) from error
        return await _shown(keys)

    return [
        Route("GET", PATH, shown, ENCRYPTION_VIEW, "Keys that seal secrets and files", response=EncryptionOut),
        Route(
            "GET",
            f"{PATH}/use",
            use,
            ENCRYPTION_VIEW,
            "How much each key seals, and whether the master key is where it should be",
            response=UseOut,
        ),
        Route(
            "POST",
            f"{PATH}/replacements",
            replace,
            ENCRYPTION_ROTATE,
            "Replace the data keys, or the master key",
            description="What the old data keys sealed is sealed anew in the background; GET says how far that is.",
            body=Replacement,
            response=EncryptionOut,
            status=202,
            errors=(409,),
            audited=(DATA_KEYS_REPLACED, MASTER_KEY_REPLACED),
        ),
    ]


async def _shown(keys: Keys) -> EncryptionOut:
    source, work, last = keys.source, keys.work, keys.outcome
    return EncryptionOut(
        kept="file" if isinstance(source, KeyFile) else "given",
        where=str(source.path.absolute()) if isinstance(source, KeyFile) else source.name,
        keys=[KeyOut.model_validate(key, from_attributes=True) for key in await keys.every()],
        work=None if work is None else WorkOut(what=work[0], done=work[1].done, total=work[1].total),
        last=None
        if last is None
        else OutcomeOut(
            what=last.what,
            ended_at=datetime.fromtimestamp(last.ended_at, UTC),
            sealed=last.sealed,
            left=last.left,
            failed=last.failed,
        ),
    )


async def _use(keys: Keys) -> UseOut:
    master, used = await keys.master(), {key.master for key in await keys.every()}
    try:
        seals = await keys.seals()
    except OSError as error:
        sentence = f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
        raise Problem(503, "files", "Not now", sentence) from error
    given_anew = bool(master.found) and master.found[0] not in used
    return UseOut(
        seals=[SealsOut(key=key, counts=counts) for key, counts in seals.items()],
        masters=master.found,
        problem=master.problem,
        replaceable=master.problem is None and (isinstance(keys.source, KeyFile) or given_anew),
        open_to_others=master.open_to_others,
        written_at=None if master.written_at is None else datetime.fromtimestamp(master.written_at, UTC),
    )
