import i18next from "i18next";
import ticketAutomation from "./ticket-automation.en.json";

/** The texts of rules, macros, ready answers and webhooks, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { ticketAutomation }, true, true);
