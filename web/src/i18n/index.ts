import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type account from "./account.en.json";
import type admin from "./admin.en.json";
import type audit from "./audit.en.json";
import type configuration from "./configuration.en.json";
import type customers from "./customers.en.json";
import en from "./en.json";
import type house from "./house.en.json";
import type fields from "./fields.en.json";
import type notices from "./notices.en.json";
import type portal from "./portal.en.json";
import type portalStaff from "./portal-staff.en.json";
import type privacy from "./privacy.en.json";
import type providers from "./providers.en.json";
import type safety from "./safety.en.json";
import type setup from "./setup.en.json";
import type tickets from "./tickets.en.json";
import type ticketAutomation from "./ticket-automation.en.json";
import type ticketExchange from "./ticket-exchange.en.json";
import type ticketFigures from "./ticket-figures.en.json";
import type ticketSuggestions from "./ticket-suggestions.en.json";
import type ticketSetUp from "./ticket-setup.en.json";
import type telephony from "./telephony.en.json";
import type whatif from "./whatif.en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en & { account: typeof account; admin: typeof admin; customers: typeof customers; configuration: typeof configuration; fields: typeof fields; house: typeof house; audit: typeof audit; notices: typeof notices; portal: typeof portal; portalStaff: typeof portalStaff; privacy: typeof privacy; providers: typeof providers; safety: typeof safety; setup: typeof setup; telephony: typeof telephony; tickets: typeof tickets; ticketAutomation: typeof ticketAutomation; ticketExchange: typeof ticketExchange; ticketFigures: typeof ticketFigures; ticketSetUp: typeof ticketSetUp; ticketSuggestions: typeof ticketSuggestions; whatif: typeof whatif } };
    returnNull: false;
  }
}

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
});

document.documentElement.lang = i18next.language;
document.documentElement.dir = i18next.dir();
