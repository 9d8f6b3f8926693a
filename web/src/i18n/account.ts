import i18next from "i18next";
import account from "./account.en.json";

/** The texts of signing in step by step, of the own account and of proofs. */
i18next.addResourceBundle("en", "translation", { account }, true, true);
