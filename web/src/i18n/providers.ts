import i18next from "i18next";
import providers from "./providers.en.json";

/** The texts of identity providers, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { providers }, true, true);
