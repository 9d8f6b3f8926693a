import i18next from "i18next";
import notices from "./notices.en.json";

/** The texts of the bell, of notices and of what somebody wants to be told. */
i18next.addResourceBundle("en", "translation", { notices }, true, true);
