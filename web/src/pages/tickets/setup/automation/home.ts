import { createContext, useContext } from "react";

/** Where these pages stand: in the set-up, or beside the tickets for those who only look after their own. */
export const HomeContext = createContext("/admin/tickets");

export const useHome = (): string => useContext(HomeContext);
