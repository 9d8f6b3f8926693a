"""What each slice plugs in: one line for each."""

from contactcenter.agents import plugin as agents_plugin
from contactcenter.backup import plugin as backup_plugin
from contactcenter.branding import plugin as branding_plugin
from contactcenter.calls import plugin as calls_plugin
from contactcenter.configuration import plugin as configuration_plugin
from contactcenter.customers import plugin as customers_plugin
from contactcenter.encryption import plugin as encryption_plugin
from contactcenter.first_run import plugin as first_run_plugin
from contactcenter.identity import plugin as identity_plugin
from contactcenter.identity.privacy import UserPrivacy
from contactcenter.inspection import plugin as inspection_plugin
from contactcenter.interactions import plugin as interactions_plugin
from contactcenter.parts import Parts
from contactcenter.plugin import Plugin
from contactcenter.portal import plugin as portal_plugin
from contactcenter.privacy import plugin as privacy_plugin
from contactcenter.queues import plugin as queues_plugin
from contactcenter.recordings import plugin as recordings_plugin
from contactcenter.supervision import plugin as supervision_plugin
from contactcenter.templates import plugin as templates_plugin
from contactcenter.tickets import push_routes
from contactcenter.trunks import plugin as trunks_plugin
from contactcenter.whatif import plugin as whatif_plugin
from contactcenter.whatif.privacy import SimulationPrivacy


def plugins_of(parts: Parts) -> tuple[Plugin, ...]:
    """Every slice with what it brings, in the order in which roles and settings are shown."""
    config = parts.config
    return (
        identity_plugin.load(parts.doors, parts.people, public_url=config.http.public_url),
        parts.sso.plugin(),
        queues_plugin.load(parts.queues, parts.set_up),
        agents_plugin.load(parts.agents, parts.set_up, parts.telephone_set_up),
        trunks_plugin.load(parts.trunks, parts.database, parts.vault, parts.flows),
        templates_plugin.load(parts.templates),
        branding_plugin.load(parts.branding),
        parts.notifications.plugin(),
        *parts.call_flows.plugins(parts.numbers),
        customers_plugin.load(parts.customers),
        *parts.tickets.plugins(),
        push_routes.plugin(parts.tickets.push, parts.explainer, parts.names),
        interactions_plugin.load(parts.queries, parts.names, parts.explainer, parts.accesses),
        calls_plugin.load(),
        recordings_plugin.load(parts.queries, parts.recordings, parts.accesses),
        whatif_plugin.load(parts.simulations, parts.database, parts.journal.catch_up),
        supervision_plugin.load(parts.version, lambda: parts.sip_address, config.media.ice_servers, parts.notices),
        backup_plugin.load(parts.backups),
        encryption_plugin.load(parts.keys),
        first_run_plugin.load(
            parts.first_run,
            first_run_plugin.facts_of(
                parts.queues,
                parts.calendars,
                parts.identity,
                parts.user_agent,
                number=parts.number,
                address=lambda: parts.sip_address,
            ),
        ),
        configuration_plugin.load(parts.database, lambda: parts.plugins),
        privacy_plugin.load(
            parts.privacy,
            parts.accesses,
            UserPrivacy(parts.people).personal,
            SimulationPrivacy(config.media.recordings_dir.parent / "simulations").personal,
            known_queues=parts.queues.ids,
        ),
        portal_plugin.load(parts.portal),
        inspection_plugin.load(parts.trail, lambda: (act for plugin in parts.plugins for act in plugin.acts)),
    )
