"""Once a second: flow files that changed, journals, the disk and whatever else tells; what is wrong is a notice."""

import asyncio
import shutil
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from contactcenter.audit.acts import Act
from contactcenter.flows.store import FlowsChanged, FlowStore
from contactcenter.routing.keeper import Keeper
from contactcenter.storage.journal import Journal
from contactcenter.supervision.acts import flow_acts
from contactcenter.supervision.figures import Figures
from contactcenter.supervision.notices import Level, Notices
from contactcenter.tasks import ended
from media.errors import MediaError
from media.plane import MediaPlane

log = structlog.get_logger(__name__)

EVERY_S = 1.0
LOW_DISK_BYTES = 200 * 1024 * 1024


Concern = Callable[[], str | None]
"""What is wrong with something, as a sentence; None when nothing is."""


class Watch:
    """`concerns` are asked each time, by the id of their notice; `note` records that flow files were changed."""

    def __init__(
        self,
        flows: FlowStore,
        journal: Journal,
        plane: MediaPlane,
        figures: Figures,
        notices: Notices,
        recordings_dir: Path,
        keeper: Keeper,
        concerns: Mapping[str, Concern],
        note: Callable[[Act], None],
    ) -> None:
        self._flows = flows
        self._journal = journal
        self._plane = plane
        self._figures = figures
        self._notices = notices
        self._recordings_dir = recordings_dir
        self._keeper = keeper
        self._concerns = concerns
        self._note = note
        self._changes: deque[FlowsChanged] = deque()
        flows.on_change(self._changes.append)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="watch")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None

    async def _run(self) -> None:
        while True:
            try:
                await self.check()
            except Exception:
                log.exception("watch.failed")
            await asyncio.sleep(EVERY_S)

    async def check(self) -> None:
        await asyncio.to_thread(self._flows.poll)
        while self._changes:
            for act in flow_acts(self._changes.popleft()):
                self._note(act)
        self._notices.replace("flow:", self._flow_notices())
        await self._ask_media()
        self._judge_journal()
        self._judge_routing()
        await self._judge_disk()
        for notice_id, concern in self._concerns.items():
            self._notices.tell(notice_id, "error", concern())

    async def _ask_media(self) -> None:
        """The worker comes back by itself; meanwhile there are no figures."""
        try:
            self._figures.media = await self._plane.stats()
        except MediaError as error:
            self._figures.media = {}
            text = f"The audio process is being restarted ({error.sentence}) New calls wait a moment."
            self._notices.set("media", "warning", text)
        else:
            self._notices.clear("media")

    def _judge_journal(self) -> None:
        problem = self._journal.health.problem
        wanted: dict[str, tuple[Level, str]] = {}
        if problem is not None:
            wanted["journal:database"] = ("error", f"{problem} Calls go on; what happens is kept and written later.")
        if self._journal.health.rejected:
            count = self._journal.health.rejected
            wanted["journal:rejected"] = ("error", f"{count} records could not be written; see the server's log.")
        self._notices.replace("journal:", wanted)

    def _judge_routing(self) -> None:
        wanted: dict[str, tuple[Level, str]] = {}
        if self._keeper.problem is not None:
            text = f"{self._keeper.problem}. Calls go on; after a restart the routing engine would not know of them."
            wanted["routing:journal"] = ("error", text)
        if self._keeper.warning is not None:
            wanted["routing:snapshots"] = ("warning", self._keeper.warning)
        if self._keeper.notices:
            text = f"The routing engine could not be brought back whole. {' '.join(self._keeper.notices)}"
            wanted["routing:restart"] = ("warning", text)
        self._notices.replace("routing:", wanted)

    async def _judge_disk(self) -> None:
        free = await asyncio.to_thread(_free_bytes, self._recordings_dir)
        if free < LOW_DISK_BYTES:
            text = (
                f"Only {free // 1_000_000} MB are free for recordings. Free some space, or recordings will be cut off."
            )
            self._notices.set("disk", "error", text)
        else:
            self._notices.clear("disk")

    def _flow_notices(self) -> dict[str, tuple[Level, str]]:
        wanted: dict[str, tuple[Level, str]] = {}
        for problem in self._flows.problems:
            where = f"{Path(problem.file).name}:{problem.line}"
            hint = f" ({problem.hint})" if problem.hint else ""
            if problem.severity == "error":
                text = f"{where}: {problem.message}{hint}. Calls go on with the last good version."
                wanted[f"flow:{where}:{problem.column}"] = ("error", text)
            else:
                wanted[f"flow:{where}:{problem.column}"] = ("warning", f"{where}: {problem.message}{hint}.")
        return wanted


def _free_bytes(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free
