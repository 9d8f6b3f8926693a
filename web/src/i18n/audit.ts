import i18next from "i18next";
import audit from "./audit.en.json";

/** The texts of the audit page and of the history on forms, loaded with them. */
i18next.addResourceBundle("en", "translation", { audit }, true, true);
