import i18next from "i18next";
import portalStaff from "./portal-staff.en.json";

/** The portal as staff set it up and see it. */
i18next.addResourceBundle("en", "translation", { portalStaff }, true, true);
