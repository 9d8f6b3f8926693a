import i18next from "i18next";
import ticketSuggestions from "./ticket-suggestions.en.json";

/** The texts of suggestions for tickets, loaded with the pages that show them. */
i18next.addResourceBundle("en", "translation", { ticketSuggestions }, true, true);
