import i18next from "i18next";
import ticketSetUp from "./ticket-setup.en.json";

/** The texts of what tickets are set up with, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { ticketSetUp }, true, true);
