"""What call flows need, built in one place: their files, what they play, who leads to them, their pages."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.channels.prompts import Prompts
from contactcenter.config import Config
from contactcenter.flows import plugin as flows_plugin
from contactcenter.flows.set_up import FlowSetUp
from contactcenter.flows.store import FlowStore
from contactcenter.flows.uses import flow_use
from contactcenter.plugin import Plugin
from contactcenter.prompts import plugin as prompts_plugin
from contactcenter.prompts.library import PromptLibrary
from contactcenter.prompts.set_up import PromptSetUp
from contactcenter.prompts.uses import prompts_named
from contactcenter.queues.calendars import Calendars
from contactcenter.queues.service import Queues
from contactcenter.storage.database import Database
from contactcenter.trunks.numbers import NumberPlan
from media.tts.espeak import EspeakSpeech


class CallFlows:
    """`now` gives unix seconds, `house` the house's name."""

    def __init__(
        self,
        config: Config,
        database: Database,
        queues: Queues,
        calendars: Calendars,
        *,
        house: Callable[[], str],
        now: Callable[[], float],
    ) -> None:
        self._config = config
        self._database = database
        self._queues = queues
        self._calendars = calendars
        self._house = house
        self._now = now
        speech_dir = config.media.speech_dir
        self.library = PromptLibrary(database, speech_dir.parent / "prompts")
        self.prompts = Prompts(EspeakSpeech(speech_dir), speech_dir, self.library.path)
        self.store = FlowStore(
            config.flows.dir,
            known_queues=queues.ids,
            known_calendars=calendars.ids,
            known_prompts=self.library.ids,
        )

    async def prepare(self) -> None:
        """Before flows are loaded: they may name prompts. Raises StorageUnavailable, OSError."""
        await self.library.reload()
        await self.library.tidy()

    def plugins(self, numbers: NumberPlan) -> tuple[Plugin, ...]:
        store = self.store

        def leading() -> list[tuple[str, str]]:
            fallback = [(number, numbers.entry) for number in numbers.fallback]
            return [*fallback, *((rule.pattern, rule.flow) for rule in numbers.rules)]

        flows = FlowSetUp(
            self._database,
            store,
            uses=lambda name: flow_use(store, name, entry=numbers.entry, numbers=leading()),
            calendars=self._calendars.get,
            house=self._house,
            now=self._now,
        )
        prompts = PromptSetUp(
            self._database,
            self.library,
            lambda prompt_id: [name for name in store.names if prompt_id in prompts_named(store.flow(name))],
            self.prompts.say,
            now=self._now,
        )
        return (
            flows_plugin.load(
                flows,
                self._database,
                lambda: next((queue.id for queue in self._queues.all()), ""),
                lambda: next((calendar.id for calendar in self._calendars.all()), ""),
            ),
            prompts_plugin.load(prompts, self.library),
        )
