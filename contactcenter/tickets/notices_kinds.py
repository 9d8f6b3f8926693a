"""What people of the house are told about tickets, with the words of its mails."""

from __future__ import annotations

from typing import Final

from contactcenter.notifications.kinds import EVERY_WAY, NoticeKind, Way
from contactcenter.templates.kinds import Variable, Words

LEAD: Final[frozenset[Way]] = frozenset({"app"})
_WHO: Final = Variable("who", "Who did it", "Bert Blum")
_STATE: Final = Variable("state", "Name of the state", "In progress")
_PERCENT: Final = Variable("percent", "How much of the time has been used, in percent", "80")
_TEXT: Final = Variable("text", "What the rule or macro says", "Please call back today.")


def _kind(
    key: str,
    title: str,
    summary: str,
    en: tuple[str, str],
    de: tuple[str, str],
    *facts: Variable,
    ways: frozenset[Way] = EVERY_WAY,
) -> NoticeKind:
    words = {
        language: Words(f"{{title}}: {short}", f"{long}\n\n{{title}}\n\n{{link}}")
        for language, (short, long) in (("en", en), ("de", de))
    }
    return NoticeKind(key=f"ticket-{key}", title=title, summary=summary, words=words, facts=facts, ways=ways)


ASSIGNED: Final = _kind(
    "assigned",
    "ticket assigned to me",
    "To who gets a ticket.",
    ("assigned to you", "This ticket is yours now. It was assigned by {who}."),
    ("Ihnen zugewiesen", "Dieses Ticket ist jetzt Ihres. Zugewiesen hat es {who}."),
    _WHO,
)
TEAM: Final = _kind(
    "team",
    "ticket for my team",
    "To the people of a team that gets a ticket, as long as nobody in particular has it.",
    ("for your team", "This ticket has come to your team."),
    ("für Ihr Team", "Dieses Ticket ist zu Ihrem Team gekommen."),
    _WHO,
    ways=LEAD,
)
MENTIONED: Final = _kind(
    "mentioned",
    "mentioned in a ticket",
    "To who is mentioned in a message.",
    ("{who} mentioned you", "{who} mentioned you in this ticket."),
    ("{who} hat Sie erwähnt", "{who} hat Sie in diesem Ticket erwähnt."),
    _WHO,
)
REPLIED: Final = _kind(
    "replied",
    "customer's answer",
    "To whose ticket it is and to who watches it, when the customer has written.",
    ("{who} has answered", "{who} has written in this ticket."),
    ("{who} hat geantwortet", "{who} hat in diesem Ticket geschrieben."),
    Variable("who", "Name of the customer", "Nora Keller"),
)
OUTSIDE: Final = _kind(
    "outside",
    "answer from outside",
    "To who has asked somebody outside in a side conversation that is answered, else to whose ticket it is.",
    ("an answer from outside", "Somebody outside who was asked about this ticket has answered."),
    ("eine Antwort von außen", "Jemand außerhalb, der zu diesem Ticket gefragt wurde, hat geantwortet."),
)
APPROVAL: Final = _kind(
    "approval",
    "approval asked for",
    "To who may agree to a change of state.",
    ("your agreement is asked for", "{who} wants to bring this ticket to “{state}” and needs somebody to agree."),
    ("Ihre Zustimmung ist gefragt", "{who} möchte dieses Ticket auf „{state}“ setzen; jemand muss zustimmen."),
    _WHO,
    _STATE,
)
AGREED: Final = _kind(
    "agreed",
    "approval given",
    "To who has asked for an approval.",
    ("{who} has agreed", "{who} has agreed: the ticket is “{state}” now."),
    ("{who} hat zugestimmt", "{who} hat zugestimmt: Das Ticket ist jetzt „{state}“."),
    _WHO,
    _STATE,
)
DENIED: Final = _kind(
    "denied",
    "approval refused",
    "To who has asked for an approval.",
    ("{who} has not agreed", "{who} has not agreed that the ticket becomes “{state}”."),
    ("{who} hat nicht zugestimmt", "{who} hat nicht zugestimmt, dass das Ticket „{state}“ wird."),
    _WHO,
    _STATE,
)
WARNED: Final = _kind(
    "warned",
    "ticket nearly late",
    "At the points that the service level names: to whom it names, and to whose ticket it is.",
    ("{percent} % of the time is used", "{percent} % of the promised time is used up."),
    ("{percent} % der Zeit sind um", "{percent} % der zugesagten Zeit sind verbraucht."),
    _PERCENT,
)
BREACHED: Final = _kind(
    "breached",
    "ticket late",
    "When a promised time is over: to whom the service level names, and to whose ticket it is.",
    ("late", "A time that was promised for this ticket is over."),
    ("verspätet", "Eine für dieses Ticket zugesagte Zeit ist überschritten."),
)
STATE: Final = _kind(
    "state",
    "state of a watched ticket",
    "To who watches a ticket whose state has changed.",
    ("now “{state}”", "This ticket is “{state}” now. It was changed by {who}."),
    ("jetzt „{state}“", "Dieses Ticket ist jetzt „{state}“. Geändert hat es {who}."),
    _WHO,
    _STATE,
    ways=LEAD,
)
RULE: Final = _kind(
    "rule",
    "message of a rule",
    "To whom a rule or macro tells something about a ticket.",
    ("{text}", "{text}"),
    ("{text}", "{text}"),
    _TEXT,
)
REMINDER: Final = _kind(
    "reminder",
    "reminder",
    "To who wanted to hear of a ticket again.",
    ("reminder", "You wanted to be reminded of this ticket. {text}"),
    ("Erinnerung", "Sie wollten an dieses Ticket erinnert werden. {text}"),
    Variable("text", "What he noted for himself", "Ask for the serial number."),
)
ALL: Final = (
    ASSIGNED,
    TEAM,
    MENTIONED,
    REPLIED,
    OUTSIDE,
    APPROVAL,
    AGREED,
    DENIED,
    WARNED,
    BREACHED,
    STATE,
    RULE,
    REMINDER,
)
