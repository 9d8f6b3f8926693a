import i18next from "i18next";
import fields from "./fields.en.json";

/** The texts of customers' own fields, loaded with their pages. */
i18next.addResourceBundle("en", "translation", { fields }, true, true);
