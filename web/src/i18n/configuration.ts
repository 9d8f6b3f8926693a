import i18next from "i18next";
import configuration from "./configuration.en.json";

/** The texts of the set-up as files, loaded with their page. */
i18next.addResourceBundle("en", "translation", { configuration }, true, true);
