import i18next from "i18next";
import safety from "./safety.en.json";

/** The texts of keys and backups, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { safety }, true, true);
