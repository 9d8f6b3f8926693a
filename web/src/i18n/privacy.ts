import i18next from "i18next";
import privacy from "./privacy.en.json";

/** The texts of the privacy page, loaded with it. */
i18next.addResourceBundle("en", "translation", { privacy }, true, true);
