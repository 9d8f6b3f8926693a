"""Who may do what, as one table: every route and every live command of the running server stands in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
import socketio
from yarl import URL

from contactcenter.app import App
from contactcenter.customers.settings import CustomerBody
from contactcenter.permissions import Role
from contactcenter.portal.models import PortalAccount
from contactcenter.portal.settings import PortalSettingsBody
from tests.fakes.center import PASSWORD, populate, running, settings

SIGNED_IN = frozenset(Role)
CUSTOMERS = frozenset({"in the portal"})
"""Who has a session of the portal: no role of staff opens its routes, not even an administrator's."""
EVERYONE = SIGNED_IN | CUSTOMERS | {"nobody"}
STAFF = SIGNED_IN - {"customer"}
LEADS = frozenset({"supervisor", "administrator"})
PLANNERS = LEADS | {"planner"}
WORKERS = LEADS | {"agent"}
LISTENERS = WORKERS | {"quality"}
ADMINISTRATORS = frozenset({"administrator"})

ROUTES = {
    ("POST", "/api/v1/session"): EVERYONE,
    ("GET", "/api/v1/session"): SIGNED_IN,
    ("DELETE", "/api/v1/session"): EVERYONE,
    ("POST", "/api/v1/session/second-factor"): EVERYONE,
    ("POST", "/api/v1/session/second-factor/set-up"): EVERYONE,
    ("POST", "/api/v1/session/proof"): SIGNED_IN,
    ("GET", "/api/v1/sign-in"): EVERYONE,
    ("POST", "/api/v1/password-links"): EVERYONE,
    ("POST", "/api/v1/password-links/look"): EVERYONE,
    ("POST", "/api/v1/password-links/use"): EVERYONE,
    ("POST", "/api/v1/oauth2/token"): EVERYONE,
    ("GET", "/api/v1/account/security"): SIGNED_IN,
    ("PUT", "/api/v1/account/password"): SIGNED_IN,
    ("GET", "/api/v1/account/sessions"): SIGNED_IN,
    ("DELETE", "/api/v1/account/sessions"): SIGNED_IN,
    ("DELETE", "/api/v1/account/sessions/{id}"): SIGNED_IN,
    ("POST", "/api/v1/account/second-factor"): SIGNED_IN,
    ("PUT", "/api/v1/account/second-factor"): SIGNED_IN,
    ("DELETE", "/api/v1/account/second-factor"): SIGNED_IN,
    ("POST", "/api/v1/account/recovery-codes"): SIGNED_IN,
    ("DELETE", "/api/v1/account/devices/{id}"): SIGNED_IN,
    ("POST", "/api/v1/account/passkeys/options"): SIGNED_IN,
    ("POST", "/api/v1/account/passkeys"): SIGNED_IN,
    ("PUT", "/api/v1/account/passkeys/{id}"): SIGNED_IN,
    ("DELETE", "/api/v1/account/passkeys/{id}"): SIGNED_IN,
    ("POST", "/api/v1/session/passkey/options"): EVERYONE,
    ("POST", "/api/v1/session/passkey"): EVERYONE,
    ("POST", "/api/v1/session/passkey/second-factor"): EVERYONE,
    ("POST", "/api/v1/session/passkey/proof"): SIGNED_IN,
    ("GET", "/api/v1/notifications"): SIGNED_IN,
    ("POST", "/api/v1/notifications/read"): SIGNED_IN,
    ("GET", "/api/v1/notifications/preferences"): SIGNED_IN,
    ("PUT", "/api/v1/notifications/preferences"): SIGNED_IN,
    ("GET", "/api/v1/notifications/browsers"): SIGNED_IN,
    ("POST", "/api/v1/notifications/browsers"): SIGNED_IN,
    ("DELETE", "/api/v1/notifications/browsers/{id}"): SIGNED_IN,
    ("GET", "/api/v1/account/api-keys"): SIGNED_IN,
    ("POST", "/api/v1/account/api-keys"): SIGNED_IN,
    ("DELETE", "/api/v1/account/api-keys/{id}"): SIGNED_IN,
    ("GET", "/api/v1/sign-in/providers"): EVERYONE,
    ("GET", "/api/v1/sign-in/policy"): ADMINISTRATORS,
    ("PUT", "/api/v1/sign-in/policy"): ADMINISTRATORS,
    ("POST", "/api/v1/session/providers"): EVERYONE,
    ("POST", "/api/v1/session/providers/{id}"): EVERYONE,
    ("POST", "/api/v1/session/providers/{id}/proof"): SIGNED_IN,
    ("POST", "/api/v1/session/provider-proof"): SIGNED_IN,
    ("GET", "/api/v1/sso/{id}/callback"): EVERYONE,
    ("POST", "/api/v1/sso/{id}/acs"): EVERYONE,
    ("GET", "/api/v1/sso/{id}/metadata"): EVERYONE,
    ("GET", "/api/v1/account/identities"): SIGNED_IN,
    ("POST", "/api/v1/account/identities"): SIGNED_IN,
    ("POST", "/api/v1/account/identities/{id}"): SIGNED_IN,
    ("DELETE", "/api/v1/account/identities/{id}"): SIGNED_IN,
    ("GET", "/api/v1/identity-providers"): ADMINISTRATORS,
    ("POST", "/api/v1/identity-providers"): ADMINISTRATORS,
    ("GET", "/api/v1/identity-providers/{id}"): ADMINISTRATORS,
    ("PUT", "/api/v1/identity-providers/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/identity-providers/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/identity-providers/{id}/uses"): ADMINISTRATORS,
    ("GET", "/api/v1/identity-providers/{id}/places"): ADMINISTRATORS,
    ("POST", "/api/v1/identity-providers/{id}/trial"): ADMINISTRATORS,
    ("POST", "/api/v1/identity-provider-checks"): ADMINISTRATORS,
    ("POST", "/api/v1/identity-provider-trials"): ADMINISTRATORS,
    ("GET", "/api/v1/users"): ADMINISTRATORS,
    ("POST", "/api/v1/users"): ADMINISTRATORS,
    ("GET", "/api/v1/users/export"): ADMINISTRATORS,
    ("POST", "/api/v1/users/import"): ADMINISTRATORS,
    ("GET", "/api/v1/users/{id}"): ADMINISTRATORS,
    ("PUT", "/api/v1/users/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/users/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/users/{id}/password-link"): ADMINISTRATORS,
    ("GET", "/api/v1/permissions"): ADMINISTRATORS,
    ("GET", "/api/v1/roles"): ADMINISTRATORS,
    ("POST", "/api/v1/roles"): ADMINISTRATORS,
    ("GET", "/api/v1/roles/{id}"): ADMINISTRATORS,
    ("PUT", "/api/v1/roles/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/roles/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/teams"): STAFF,
    ("POST", "/api/v1/teams"): ADMINISTRATORS,
    ("GET", "/api/v1/teams/{id}"): STAFF,
    ("PUT", "/api/v1/teams/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/teams/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/queues"): STAFF,
    ("GET", "/api/v1/dispositions"): STAFF,
    ("GET", "/api/v1/pause-reasons"): STAFF,
    ("GET", "/api/v1/agents"): STAFF,
    ("POST", "/api/v1/queues"): ADMINISTRATORS,
    ("GET", "/api/v1/queues/{id}"): PLANNERS,
    ("PUT", "/api/v1/queues/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/queues/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/strategies"): PLANNERS,
    ("GET", "/api/v1/skills"): PLANNERS,
    ("POST", "/api/v1/skills"): ADMINISTRATORS,
    ("PUT", "/api/v1/skills/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/skills/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/agents/{id}/routing"): PLANNERS,
    ("PUT", "/api/v1/agents/{id}/routing"): ADMINISTRATORS,
    ("GET", "/api/v1/telephones"): ADMINISTRATORS,
    ("GET", "/api/v1/telephones/export"): ADMINISTRATORS,
    ("POST", "/api/v1/telephones/import"): ADMINISTRATORS,
    ("GET", "/api/v1/telephones/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/telephones"): ADMINISTRATORS,
    ("PUT", "/api/v1/telephones/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/telephones/{id}/password"): ADMINISTRATORS,
    ("DELETE", "/api/v1/telephones/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/trunks"): ADMINISTRATORS,
    ("GET", "/api/v1/trunks/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/trunks"): ADMINISTRATORS,
    ("PUT", "/api/v1/trunks/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/trunks/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/called-numbers"): ADMINISTRATORS,
    ("POST", "/api/v1/called-numbers"): ADMINISTRATORS,
    ("PUT", "/api/v1/called-numbers/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/called-numbers/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/called-numbers/test"): ADMINISTRATORS,
    ("GET", "/api/v1/routing-profiles"): PLANNERS,
    ("POST", "/api/v1/routing-profiles"): ADMINISTRATORS,
    ("PUT", "/api/v1/routing-profiles/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/routing-profiles/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/calendars"): PLANNERS,
    ("POST", "/api/v1/calendars"): ADMINISTRATORS,
    ("GET", "/api/v1/calendars/{id}"): PLANNERS,
    ("PUT", "/api/v1/calendars/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/calendars/{id}"): ADMINISTRATORS,
    ("PUT", "/api/v1/calendars/{id}/emergency"): ADMINISTRATORS,
    ("GET", "/api/v1/calendars/{id}/preview"): PLANNERS,
    ("GET", "/api/v1/holiday-countries"): PLANNERS,
    ("GET", "/api/v1/pause-reasons/settings"): PLANNERS,
    ("PUT", "/api/v1/pause-reasons/settings"): ADMINISTRATORS,
    ("GET", "/api/v1/dispositions/settings"): PLANNERS,
    ("PUT", "/api/v1/dispositions/settings"): ADMINISTRATORS,
    ("GET", "/api/v1/routing/order"): PLANNERS,
    ("PUT", "/api/v1/routing/order"): ADMINISTRATORS,
    ("GET", "/api/v1/customers"): LISTENERS,
    ("POST", "/api/v1/customers"): WORKERS,
    ("GET", "/api/v1/customers/export"): LEADS,
    ("POST", "/api/v1/customers/import/sheet"): LEADS,
    ("POST", "/api/v1/customers/import"): LEADS,
    ("GET", "/api/v1/customers/{id}"): LISTENERS,
    ("PUT", "/api/v1/customers/{id}"): WORKERS,
    ("DELETE", "/api/v1/customers/{id}"): LEADS,
    ("GET", "/api/v1/customers/{id}/sensitive"): WORKERS,
    ("POST", "/api/v1/customers/{id}/notes"): WORKERS,
    ("DELETE", "/api/v1/customers/{id}/notes/{note}"): WORKERS,
    ("POST", "/api/v1/customers/{id}/consents"): WORKERS,
    ("POST", "/api/v1/customers/{id}/merges"): LEADS,
    ("DELETE", "/api/v1/customers/{id}/merges/{merge}"): LEADS,
    ("GET", "/api/v1/customers/{id}/duplicates"): LISTENERS,
    ("GET", "/api/v1/customers/{id}/interactions"): LISTENERS,
    ("GET", "/api/v1/customer-duplicates"): LEADS,
    ("GET", "/api/v1/customer-tags"): LISTENERS,
    ("GET", "/api/v1/customer-segments"): LISTENERS,
    ("POST", "/api/v1/customer-segments/count"): LISTENERS,
    ("POST", "/api/v1/customer-segments"): WORKERS,
    ("PUT", "/api/v1/customer-segments/{id}"): WORKERS,
    ("DELETE", "/api/v1/customer-segments/{id}"): WORKERS,
    ("GET", "/api/v1/customer-fields"): LISTENERS,
    ("POST", "/api/v1/customer-fields"): ADMINISTRATORS,
    ("PUT", "/api/v1/customer-field-order"): ADMINISTRATORS,
    ("GET", "/api/v1/customer-fields/{id}/use"): ADMINISTRATORS,
    ("PUT", "/api/v1/customer-fields/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/customer-fields/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/customers/{id}/portal-accounts"): LISTENERS,
    ("POST", "/api/v1/customers/{id}/portal-accounts"): LEADS,
    ("PUT", "/api/v1/portal-accounts/{id}/lock"): LEADS,
    ("DELETE", "/api/v1/portal-accounts/{id}/sessions"): LEADS,
    ("PUT", "/api/v1/portal-accounts/{id}/numbers/{number}"): LEADS,
    ("GET", "/api/v1/portal-requests"): ADMINISTRATORS,
    ("POST", "/api/v1/portal-requests/{id}/approval"): ADMINISTRATORS,
    ("POST", "/api/v1/portal-requests/{id}/refusal"): ADMINISTRATORS,
    ("GET", "/api/v1/portal-settings"): ADMINISTRATORS,
    ("PUT", "/api/v1/portal-settings"): ADMINISTRATORS,
    ("GET", "/api/v1/portal/doorway"): EVERYONE,
    ("POST", "/api/v1/portal/registrations"): EVERYONE,
    ("POST", "/api/v1/portal/session"): EVERYONE,
    ("GET", "/api/v1/portal/session"): CUSTOMERS,
    ("DELETE", "/api/v1/portal/session"): EVERYONE,
    ("POST", "/api/v1/portal/session/proof"): CUSTOMERS,
    ("POST", "/api/v1/portal/links"): EVERYONE,
    ("POST", "/api/v1/portal/links/look"): EVERYONE,
    ("POST", "/api/v1/portal/links/use"): EVERYONE,
    ("PUT", "/api/v1/portal/password"): CUSTOMERS,
    ("PUT", "/api/v1/portal/email"): CUSTOMERS,
    ("GET", "/api/v1/portal/sessions"): CUSTOMERS,
    ("DELETE", "/api/v1/portal/sessions"): CUSTOMERS,
    ("DELETE", "/api/v1/portal/sessions/{id}"): CUSTOMERS,
    ("GET", "/api/v1/portal/profile"): CUSTOMERS,
    ("PUT", "/api/v1/portal/profile"): CUSTOMERS,
    ("POST", "/api/v1/portal/numbers"): CUSTOMERS,
    ("DELETE", "/api/v1/portal/numbers/{id}"): CUSTOMERS,
    ("GET", "/api/v1/portal/consents"): CUSTOMERS,
    ("PUT", "/api/v1/portal/consents/{kind}"): CUSTOMERS,
    ("GET", "/api/v1/portal/data-requests"): CUSTOMERS,
    ("POST", "/api/v1/portal/data-requests"): CUSTOMERS,
    ("DELETE", "/api/v1/portal/data-requests/{id}"): CUSTOMERS,
    ("GET", "/api/v1/portal/data-requests/{id}/download"): CUSTOMERS,
    ("GET", "/api/v1/portal/history"): CUSTOMERS,
    ("GET", "/api/v1/portal/ticket-forms"): CUSTOMERS,
    ("GET", "/api/v1/portal/tickets"): CUSTOMERS,
    ("POST", "/api/v1/portal/tickets"): CUSTOMERS,
    ("GET", "/api/v1/portal/tickets/{id}"): CUSTOMERS,
    ("POST", "/api/v1/portal/tickets/{id}/messages"): CUSTOMERS,
    ("POST", "/api/v1/portal/tickets/{id}/confirmation"): CUSTOMERS,
    ("POST", "/api/v1/portal/tickets/{id}/reopening"): CUSTOMERS,
    ("GET", "/api/v1/portal/tickets/{id}/attachments/{attachment}"): CUSTOMERS,
    ("GET", "/api/v1/portal/tickets/{id}/attachments/{attachment}/thumbnail"): CUSTOMERS,
    ("POST", "/api/v1/portal/ticket-files"): CUSTOMERS,
    ("DELETE", "/api/v1/portal/ticket-files/{id}"): CUSTOMERS,
    ("GET", "/api/v1/portal/t/{token}"): EVERYONE,
    ("POST", "/api/v1/portal/t/{token}/messages"): EVERYONE,
    ("POST", "/api/v1/portal/t/{token}/confirmation"): EVERYONE,
    ("POST", "/api/v1/portal/t/{token}/reopening"): EVERYONE,
    ("POST", "/api/v1/portal/t/{token}/files"): EVERYONE,
    ("DELETE", "/api/v1/portal/t/{token}/files/{id}"): EVERYONE,
    ("GET", "/api/v1/portal/t/{token}/attachments/{attachment}"): EVERYONE,
    ("GET", "/api/v1/portal/t/{token}/attachments/{attachment}/thumbnail"): EVERYONE,
    ("GET", "/api/v1/interactions"): LISTENERS,
    ("GET", "/api/v1/interactions/{id}"): LISTENERS,
    ("GET", "/api/v1/interactions/{id}/explanation"): LEADS | {"quality"},
    ("GET", "/api/v1/interactions/{id}/recording"): LISTENERS,
    ("GET", "/api/v1/interactions/{id}/recording/peaks"): LISTENERS,
    ("GET", "/api/v1/simulations"): PLANNERS,
    ("POST", "/api/v1/simulations"): PLANNERS,
    ("GET", "/api/v1/simulations/{id}"): PLANNERS,
    ("GET", "/api/v1/simulations/{id}/report"): PLANNERS,
    ("DELETE", "/api/v1/simulations/{id}"): PLANNERS,
    ("GET", "/api/v1/audit"): ADMINISTRATORS,
    ("GET", "/api/v1/audit/state"): ADMINISTRATORS,
    ("POST", "/api/v1/audit/verify"): ADMINISTRATORS,
    ("GET", "/api/v1/audit/export"): ADMINISTRATORS,
    ("GET", "/api/v1/first-run"): EVERYONE,
    ("POST", "/api/v1/first-run/look"): EVERYONE,
    ("POST", "/api/v1/first-run/administrator"): EVERYONE,
    ("GET", "/api/v1/first-run/guide"): ADMINISTRATORS,
    ("PUT", "/api/v1/first-run/guide"): ADMINISTRATORS,
    ("GET", "/api/v1/branding"): EVERYONE,
    ("GET", "/api/v1/branding.css"): EVERYONE,
    ("GET", "/api/v1/branding/logo"): EVERYONE,
    ("GET", "/api/v1/branding/settings"): ADMINISTRATORS,
    ("PUT", "/api/v1/branding/settings"): ADMINISTRATORS,
    ("PUT", "/api/v1/branding/logo"): ADMINISTRATORS,
    ("DELETE", "/api/v1/branding/logo"): ADMINISTRATORS,
    ("POST", "/api/v1/branding/preview"): ADMINISTRATORS,
    ("GET", "/api/v1/flows"): PLANNERS,
    ("POST", "/api/v1/flows"): ADMINISTRATORS,
    ("GET", "/api/v1/flows/{file}"): PLANNERS,
    ("PUT", "/api/v1/flows/{file}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/flows/{file}"): ADMINISTRATORS,
    ("POST", "/api/v1/flows/{file}/rename"): ADMINISTRATORS,
    ("GET", "/api/v1/flows/{file}/versions"): PLANNERS,
    ("GET", "/api/v1/flows/{file}/versions/{id}"): PLANNERS,
    ("POST", "/api/v1/flows/{file}/versions/{id}/restore"): ADMINISTRATORS,
    ("POST", "/api/v1/flow-checks"): PLANNERS,
    ("POST", "/api/v1/flow-trials"): PLANNERS,
    ("GET", "/api/v1/flow-samples"): PLANNERS,
    ("POST", "/api/v1/flow-samples/filled"): PLANNERS,
    ("GET", "/api/v1/prompts"): PLANNERS,
    ("POST", "/api/v1/prompts"): ADMINISTRATORS,
    ("GET", "/api/v1/prompts/{id}"): PLANNERS,
    ("PUT", "/api/v1/prompts/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/prompts/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/prompts/{id}/recordings/{language}"): PLANNERS,
    ("PUT", "/api/v1/prompts/{id}/recordings/{language}"): ADMINISTRATORS,
    ("PUT", "/api/v1/prompts/{id}/recordings/{language}/speech"): ADMINISTRATORS,
    ("DELETE", "/api/v1/prompts/{id}/recordings/{language}"): ADMINISTRATORS,
    ("POST", "/api/v1/speech"): ADMINISTRATORS,
    ("GET", "/api/v1/templates"): ADMINISTRATORS,
    ("GET", "/api/v1/templates/{key}"): ADMINISTRATORS,
    ("PUT", "/api/v1/templates/{key}/words/{language}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/templates/{key}/words/{language}"): ADMINISTRATORS,
    ("POST", "/api/v1/templates/{key}/preview"): ADMINISTRATORS,
    ("GET", "/api/v1/configuration"): ADMINISTRATORS,
    ("GET", "/api/v1/configuration/archive"): ADMINISTRATORS,
    ("GET", "/api/v1/configuration/progress"): ADMINISTRATORS,
    ("POST", "/api/v1/configuration/plan"): ADMINISTRATORS,
    ("POST", "/api/v1/configuration"): ADMINISTRATORS,
    ("GET", "/api/v1/system"): STAFF,
    ("GET", "/api/v1/openapi.json"): EVERYONE,
    ("GET", "/api/docs"): EVERYONE,
    ("GET", "/healthz"): EVERYONE,
    ("GET", "/readyz"): EVERYONE,
    ("GET", "/metrics"): EVERYONE,
    ("GET", "/{path}"): EVERYONE,
    ("GET", "/api/v1/privacy/requests"): ADMINISTRATORS,
    ("GET", "/api/v1/privacy/requests/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/privacy/preview"): ADMINISTRATORS,
    ("POST", "/api/v1/privacy/exports"): ADMINISTRATORS,
    ("POST", "/api/v1/privacy/erasures"): ADMINISTRATORS,
    ("GET", "/api/v1/privacy/requests/{id}/download"): ADMINISTRATORS,
    ("GET", "/api/v1/privacy/holds"): ADMINISTRATORS,
    ("GET", "/api/v1/interactions/{id}/holds"): ADMINISTRATORS,
    ("POST", "/api/v1/privacy/holds"): ADMINISTRATORS,
    ("DELETE", "/api/v1/privacy/holds/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/privacy/retention"): ADMINISTRATORS,
    ("PUT", "/api/v1/privacy/retention"): ADMINISTRATORS,
    ("POST", "/api/v1/privacy/retention/preview"): ADMINISTRATORS,
    ("POST", "/api/v1/privacy/retention/run"): ADMINISTRATORS,
    ("GET", "/api/v1/tickets"): LISTENERS,
    ("POST", "/api/v1/tickets"): WORKERS,
    ("GET", "/api/v1/tickets/{id}"): LISTENERS,
    ("PATCH", "/api/v1/tickets/{id}"): WORKERS,
    ("DELETE", "/api/v1/tickets/{id}"): LEADS,
    ("GET", "/api/v1/tickets/{id}/messages"): LISTENERS,
    ("POST", "/api/v1/tickets/{id}/messages"): WORKERS,
    ("GET", "/api/v1/tickets/{id}/history"): LISTENERS,
    ("DELETE", "/api/v1/tickets/{id}/tracking-link"): WORKERS,
    ("PUT", "/api/v1/tickets/{id}/watching"): LISTENERS,
    ("PUT", "/api/v1/tickets/{id}/approvals/{approval}"): LISTENERS,
    ("POST", "/api/v1/tickets/{id}/links"): WORKERS,
    ("DELETE", "/api/v1/tickets/{id}/links/{other}"): WORKERS,
    ("POST", "/api/v1/tickets/{id}/merge"): WORKERS,
    ("DELETE", "/api/v1/tickets/{id}/merge"): WORKERS,
    ("POST", "/api/v1/tickets/{id}/split"): WORKERS,
    ("GET", "/api/v1/ticket-reminders"): LISTENERS,
    ("GET", "/api/v1/tickets/{id}/reminders"): LISTENERS,
    ("POST", "/api/v1/tickets/{id}/reminders"): LISTENERS,
    ("DELETE", "/api/v1/tickets/{id}/reminders/{reminder}"): LISTENERS,
    ("GET", "/api/v1/tickets/{id}/sides"): LISTENERS,
    ("POST", "/api/v1/tickets/{id}/sides"): WORKERS,
    ("POST", "/api/v1/tickets/{id}/sides/{side}/messages"): WORKERS,
    ("GET", "/api/v1/tickets/search"): LISTENERS,
    ("POST", "/api/v1/tickets/query"): LISTENERS,
    ("POST", "/api/v1/tickets/bulk"): WORKERS,
    ("GET", "/api/v1/tickets/bulk/{job}"): WORKERS,
    ("DELETE", "/api/v1/tickets/bulk/{job}"): WORKERS,
    ("POST", "/api/v1/tickets/bulk/{job}/undo"): WORKERS,
    ("GET", "/api/v1/ticket-files"): LISTENERS,
    ("POST", "/api/v1/ticket-files"): WORKERS,
    ("DELETE", "/api/v1/ticket-files/{id}"): WORKERS,
    ("GET", "/api/v1/tickets/{id}/attachments/{attachment}"): LISTENERS,
    ("GET", "/api/v1/tickets/{id}/attachments/{attachment}/thumbnail"): LISTENERS,
    ("GET", "/api/v1/ticket-imports"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-imports"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-imports/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-imports/{id}"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-imports/{id}/mapping"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-imports/{id}/preview"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-imports/{id}/start"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-imports/{id}/stop"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-imports/{id}/remarks"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-imports/{id}/report"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-exports"): LEADS,
    ("GET", "/api/v1/ticket-exports/{id}"): LEADS,
    ("DELETE", "/api/v1/ticket-exports/{id}"): LEADS,
    ("GET", "/api/v1/ticket-exports/{id}/file"): LEADS,
    ("POST", "/api/v1/ticket-figures"): WORKERS,
    ("POST", "/api/v1/ticket-figures/tickets"): WORKERS,
    ("GET", "/api/v1/ticket-views"): LISTENERS,
    ("GET", "/api/v1/ticket-views/counts"): LISTENERS,
    ("POST", "/api/v1/ticket-views"): LISTENERS,
    ("PUT", "/api/v1/ticket-views/{id}"): LISTENERS,
    ("DELETE", "/api/v1/ticket-views/{id}"): LISTENERS,
    ("GET", "/api/v1/ticket-views/{id}/tickets"): LISTENERS,
    ("GET", "/api/v1/ticket-setup"): LISTENERS,
    ("GET", "/api/v1/ticket-choices"): LISTENERS,
    ("GET", "/api/v1/tickets/{id}/clocks"): LISTENERS,
    ("GET", "/api/v1/tickets/{id}/explanation"): LISTENERS,
    ("POST", "/api/v1/tickets/{id}/children/messages"): WORKERS,
    ("POST", "/api/v1/ticket-setup/types"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-setup/types/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-setup/types/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-setup/states"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-setup/states/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-setup/states/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-setup/categories"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-setup/categories/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-setup/categories/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-setup/fields"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-setup/fields/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-setup/fields/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-setup/policies"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-setup/policies/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-rules"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-rules"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-rules"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-rules/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-rules/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-rules/runs"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-rules/dry-run"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-rules/dry-run/{job}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-rules/dry-run/{job}"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-recurrences"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-recurrences"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-recurrences/moments"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-recurrences/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-recurrences/{id}"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-webhooks"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-webhooks"): ADMINISTRATORS,
    ("PUT", "/api/v1/ticket-webhooks/{id}"): ADMINISTRATORS,
    ("DELETE", "/api/v1/ticket-webhooks/{id}"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-webhooks/{id}/secret"): ADMINISTRATORS,
    ("POST", "/api/v1/ticket-webhooks/{id}/test"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-webhooks/{id}/deliveries"): ADMINISTRATORS,
    ("GET", "/api/v1/ticket-macros"): WORKERS,
    ("POST", "/api/v1/ticket-macros"): WORKERS,
    ("PUT", "/api/v1/ticket-macros/{id}"): WORKERS,
    ("DELETE", "/api/v1/ticket-macros/{id}"): WORKERS,
    ("GET", "/api/v1/tickets/{id}/macros/{macro}"): WORKERS,
    ("POST", "/api/v1/tickets/{id}/macros/{macro}"): WORKERS,
    ("GET", "/api/v1/ticket-replies"): WORKERS,
    ("POST", "/api/v1/ticket-replies"): WORKERS,
    ("PUT", "/api/v1/ticket-replies/{id}"): WORKERS,
    ("DELETE", "/api/v1/ticket-replies/{id}"): WORKERS,
    ("GET", "/api/v1/tickets/{id}/replies/{reply}"): WORKERS,
    ("GET", "/api/v1/ticket-variables"): LISTENERS,
}
SIGN_OUTS = (("DELETE", "/api/v1/session"), ("DELETE", "/api/v1/portal/session"))
COMMANDS = {
    "presence.set": WORKERS,
    "offer.accept": WORKERS,
    "offer.reject": WORKERS,
    "call.hold": WORKERS,
    "call.resume": WORKERS,
    "call.hangup": WORKERS,
    "call.mute": WORKERS,
    "call.digits": WORKERS,
    "call.media": WORKERS,
    "call.restart_ice": WORKERS,
    "wrapup.extend": WORKERS,
    "wrapup.complete": WORKERS,
    "work.draft": WORKERS,
    "work.customer": WORKERS,
    "work.dial": WORKERS,
    "work.done": WORKERS,
    "recording.pause": WORKERS,
    "recording.resume": WORKERS,
    "contact.prioritize": LEADS,
    "contact.move": LEADS,
    "owed.cancel": LEADS,
    "owed.reschedule": LEADS,
    "ticket.look": LISTENERS,
    "ticket.typing": LISTENERS,
    "ticket.leave": LISTENERS,
    "ticket.accept": WORKERS,
}
TOPICS = {
    "agent:agent": frozenset({"agent"}),
    "agent:supervisor": frozenset({"supervisor"}),
    "agent:planner": frozenset[str](),
    "agent:": frozenset[str](),
    "wallboard": LEADS,
    "wallboard:other": frozenset[str](),
    "system": LEADS,
    "set-up": STAFF,
    "tickets": LISTENERS,
    "notices:agent": frozenset({"agent"}),
    "notices:": frozenset[str](),
    "ticket:of-nobody": frozenset[str](),
    "trunks": ADMINISTRATORS,
    "telephones": ADMINISTRATORS,
    "no such topic": frozenset[str](),
}
OPEN_TO_LIVE_FEED = "/socket.io/"


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        for role in Role:
            await app.identity.create_user(f"{role}@example.com", "", role, PASSWORD, user_id=str(role))
        await app.portal.set_up.set(PortalSettingsBody(enabled=True))
        yield app


def served(app: App) -> set[tuple[str, str]]:
    """What the web server really answers, HEAD aside."""
    assert app.web._runner is not None
    found = set()
    for route in app.web._runner.app.router.routes():
        assert route.resource is not None
        if route.resource.canonical != OPEN_TO_LIVE_FEED and route.method != "HEAD":
            found.add((route.method, route.resource.canonical))
    return found


async def customer_token(app: App) -> str:
    """Of a session in the portal."""
    customer = await app.customers.make(CustomerBody(name="Nora Keller"))
    account = PortalAccount(
        id=uuid4().hex,
        email="nora@example.com",
        customer_id=customer.id,
        made_at=app.customers.moment(),
        confirmed_at=app.customers.moment(),
    )
    async with app.database.transaction() as session:
        session.add(account)
    token, _ = await app.portal.accounts.sessions.open(account, method="password")
    return token


async def client_of(app: App, role: str) -> aiohttp.ClientSession:
    client = aiohttp.ClientSession(f"http://127.0.0.1:{app.http_port}", cookie_jar=aiohttp.CookieJar(unsafe=True))
    if role in CUSTOMERS:
        client.cookie_jar.update_cookies({"cc_portal": await customer_token(app)}, URL(str(client._base_url)))
    elif role != "nobody":
        credentials = {"email": f"{role}@example.com", "password": PASSWORD}
        async with client.post("/api/v1/session", json=credentials) as response:
            assert response.status == 200
    return client


async def test_every_route_is_in_the_table_and_keeps_to_it(center: App) -> None:
    assert served(center) == set(ROUTES)
    wrong = []
    for role in sorted(EVERYONE):
        async with await client_of(center, role) as client:
            for method, path in sorted(ROUTES, key=lambda route: route in SIGN_OUTS):
                async with client.request(method, re.sub(r"{\w+}", "x", path)) as response:
                    allowed = response.status not in (401, 403)
                    if allowed is not (role in ROUTES[method, path]):
                        wrong.append((role, method, path, response.status))
                    assert response.status < 500 or response.status == 503
    assert not wrong


async def test_every_command_and_topic_is_in_the_table_and_keeps_to_it(center: App) -> None:
    assert set(center.live._commands) == set(COMMANDS)
    url = f"http://127.0.0.1:{center.http_port}"
    for role in sorted(SIGNED_IN):
        async with await client_of(center, role) as client:
            cookies = client.cookie_jar.filter_cookies(URL(url))
            headers = {"Cookie": f"cc_session={cookies['cc_session'].value}"}
            socket = socketio.AsyncClient(reconnection=False)
            await socket.connect(url, headers=headers, namespaces=["/live"], transports=["websocket"])
            for command, roles in COMMANDS.items():
                message = {"name": command, "args": {"no such field": 1}}
                answer = await socket.call("command", message, namespace="/live")
                assert (answer["problem"]["status"] == 422) is (role in roles), (role, command, answer)
            for topic, roles in TOPICS.items():
                answer = await socket.call("subscribe", {"topic": topic}, namespace="/live")
                assert answer["ok"] is (role in roles), (role, topic, answer)
            await socket.disconnect()
            await socket.shutdown()


async def test_nobody_cannot_open_the_live_feed(center: App) -> None:
    socket = socketio.AsyncClient(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await socket.connect(f"http://127.0.0.1:{center.http_port}", namespaces=["/live"], transports=["websocket"])
    await socket.shutdown()


async def test_changes_asked_for_by_another_site_are_refused(center: App) -> None:
    own = f"http://127.0.0.1:{center.http_port}"
    async with await client_of(center, "agent") as client:
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            for method in ("DELETE", "POST"):
                async with client.request(method, "/api/v1/session", headers=headers, json={}) as response:
                    assert response.status == 403, (method, headers)
            async with client.get("/api/v1/session") as response:
                assert response.status == 200
        async with client.delete("/api/v1/session", headers={"Origin": own}) as response:
            assert response.status == 204
        async with client.get("/api/v1/session") as response:
            assert response.status == 401


async def test_the_live_feed_is_closed_to_pages_of_another_site(center: App) -> None:
    async with (
        await client_of(center, "agent") as client,
        client.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": "https://evil.example"}) as response,
    ):
        assert response.status == 400
