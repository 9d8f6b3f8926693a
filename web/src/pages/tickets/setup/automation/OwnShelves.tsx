import "../../../admin/mantine.css";
import "../../../../i18n/admin";
import "../../../../i18n/ticket-automation";
import "../../../../i18n/ticket-setup";
import { Route, Routes } from "react-router";
import NotFound from "../../../NotFound";
import { HomeContext } from "./home";
import { MacroForm, MacroList, ReplyForm, ReplyList } from "./Shelves";

/** Macros and ready answers for those who work on tickets: their own, and everybody's to look at. */
export default function OwnShelves({ kind }: { kind: "macros" | "replies" }) {
  const [List, Form] = kind === "macros" ? [MacroList, MacroForm] : [ReplyList, ReplyForm];
  return (
    <HomeContext.Provider value="/tickets">
      <Routes>
        <Route index element={<List />} />
        <Route path="new" element={<Form />} />
        <Route path=":id" element={<Form />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </HomeContext.Provider>
  );
}
