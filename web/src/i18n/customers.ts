import i18next from "i18next";
import customers from "./customers.en.json";

/** The texts of the customers' pages, loaded with them. */
i18next.addResourceBundle("en", "translation", { customers }, true, true);
