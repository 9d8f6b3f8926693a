import i18next from "i18next";
import admin from "./admin.en.json";

/** The texts of the set-up pages, loaded with them: most who sign in never open one. */
i18next.addResourceBundle("en", "translation", { admin }, true, true);
