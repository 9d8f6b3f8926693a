import i18next from "i18next";
import telephony from "./telephony.en.json";

/** The texts of telephones, trunks and numbers, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { telephony }, true, true);
