import i18next from "i18next";
import setup from "./setup.en.json";

/** The texts of results, people, teams, roles and telephones, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { setup }, true, true);
