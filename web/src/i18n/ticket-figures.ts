import i18next from "i18next";
import ticketFigures from "./ticket-figures.en.json";

/** The texts of figures of tickets, loaded with their page. */
i18next.addResourceBundle("en", "translation", { ticketFigures }, true, true);
