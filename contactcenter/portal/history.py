"""A customer's own contacts with the house: those made from an address that is proven to be his."""

from __future__ import annotations

from contactcenter.api.problems import bad_cursor
from contactcenter.customers.identities import Identity
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.names import Names
from contactcenter.interactions.queries import BadCursorError, InteractionFilter, InteractionQueries
from contactcenter.permissions import Principal
from contactcenter.portal.accounts import Accounts
from contactcenter.portal.profile import confirmed_addresses
from contactcenter.portal.settings import HistoryItem, HistoryPage, HistoryQuery
from contactcenter.privacy.subjects import spellings


class OwnHistory:
    """`country`: ISO 3166, whose numbers may be written without +."""

    def __init__(self, accounts: Accounts, queries: InteractionQueries, names: Names, country: str) -> None:
        self._accounts = accounts
        self._queries = queries
        self._names = names
        self._country = country

    async def page(self, principal: Principal, asked: HistoryQuery) -> HistoryPage:
        """Newest first. Raises Problem 422 for a cursor of another kind."""
        account = await self._accounts.of(principal)
        async with self._accounts.database.session() as session:
            addresses = await confirmed_addresses(session, account)
        own = Interaction.caller_address.in_(sorted(written(addresses, self._country)))
        try:
            rows, cursor = await self._queries.page(InteractionFilter(cursor=asked.cursor, limit=asked.limit), own)
        except BadCursorError as error:
            raise bad_cursor(str(error)) from error
        return HistoryPage(items=[self._item(row) for row in rows], next_cursor=cursor)

    def _item(self, row: Interaction) -> HistoryItem:
        return HistoryItem(
            id=row.id,
            at=row.started_at,
            channel=row.channel,
            direction=row.direction,
            queue=self._names.queue_name(row.queue_id) if row.queue_id else "",
            outcome=None if row.state == "active" else (row.outcome or "failed"),
        )


def written(addresses: list[Identity], country: str) -> set[str]:
    """Every way in which networks write them as a caller's address: an exact list, so that the index finds them."""
    numbers = {spelling for each in addresses if each.kind == "phone" for spelling in spellings(each, country)}
    return numbers | {each.value for each in addresses if each.kind != "phone"}
