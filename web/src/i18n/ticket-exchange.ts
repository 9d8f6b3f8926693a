import i18next from "i18next";
import ticketExchange from "./ticket-exchange.en.json";

/** The texts of imports and exports of tickets, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { ticketExchange }, true, true);
