import i18next from "i18next";
import house from "./house.en.json";

/** The texts of flows, prompts, mails, branding and the first start, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { house }, true, true);
