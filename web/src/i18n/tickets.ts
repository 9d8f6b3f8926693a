import i18next from "i18next";
import tickets from "./tickets.en.json";

/** The texts of tickets, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { tickets }, true, true);
