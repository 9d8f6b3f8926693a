import i18next from "i18next";
import whatif from "./whatif.en.json";

/** The texts of the what-if page, loaded with it. */
i18next.addResourceBundle("en", "translation", { whatif }, true, true);
