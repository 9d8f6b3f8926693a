"""How customers plug in."""

from contactcenter.customers import acts, configuration, permissions, routes
from contactcenter.customers.privacy import CustomerPrivacy
from contactcenter.customers.service import Customers
from contactcenter.plugin import Plugin


def load(customers: Customers) -> Plugin:
    privacy = CustomerPrivacy(customers)
    return Plugin(
        name="customers",
        permissions=permissions.ALL,
        routes=tuple(routes.routes(customers)),
        acts=acts.ALL,
        personal=(privacy.personal, privacy.authors),
        configuration=configuration.sections(customers.database),
    )
