"""How prompts plug in."""

from contactcenter.plugin import Plugin
from contactcenter.prompts import acts, configuration, permissions, routes
from contactcenter.prompts.library import PromptLibrary
from contactcenter.prompts.set_up import PromptSetUp


def load(prompts: PromptSetUp, library: PromptLibrary) -> Plugin:
    return Plugin(
        name="prompts",
        permissions=permissions.ALL,
        routes=routes.routes(prompts),
        acts=acts.ALL,
        configuration=configuration.sections(prompts, library),
    )
