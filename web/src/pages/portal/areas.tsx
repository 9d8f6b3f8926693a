import { IconAddressBook, IconFileDescription, IconHistory, IconLock, IconShieldCheck, IconTicket, type Icon } from "@tabler/icons-react";
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

interface Area {
  /** The first part of its addresses under /portal; its texts are `portal.area.<path>` and `portal.areaText.<path>`. */
  path: string;
  icon: Icon;
  /** Loaded when it is opened; has the addresses below its own. */
  page: LazyExoticComponent<ComponentType>;
}

/** What a customer who has signed in finds: a card at home and an entry above each page. A later area adds its line. */
export const AREAS = [
  { path: "tickets", icon: IconTicket, page: lazy(() => import("./tickets/Tickets")) },
  { path: "history", icon: IconHistory, page: lazy(() => import("./History")) },
  { path: "profile", icon: IconAddressBook, page: lazy(() => import("./Profile")) },
  { path: "consents", icon: IconShieldCheck, page: lazy(() => import("./Consents")) },
  { path: "security", icon: IconLock, page: lazy(() => import("./Security")) },
  { path: "data", icon: IconFileDescription, page: lazy(() => import("./Data")) },
] as const satisfies readonly Area[];
