"""How the customers' side of tickets and their files plug in."""

from contactcenter.plugin import Plugin
from contactcenter.tickets import customer_routes, files_routes, notices_mails, tracking_routes
from contactcenter.tickets.customer_side import CustomerSide


def load(side: CustomerSide) -> Plugin:
    return Plugin(
        name="ticket-customers",
        routes=(
            *files_routes.routes(side.files),
            *customer_routes.routes(side.requests),
            *tracking_routes.routes(side.tracking),
        ),
        templates=notices_mails.ALL,
    )
