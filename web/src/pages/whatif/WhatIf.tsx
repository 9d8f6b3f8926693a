import "../admin/mantine.css";
import "../../i18n/admin";
import "../../i18n/whatif";
import { Route, Routes } from "react-router";
import NotFound from "../NotFound";
import { Ask } from "./Ask";
import { Result } from "./Result";

export default function WhatIf() {
  return (
    <Routes>
      <Route index element={<Ask />} />
      <Route path=":id" element={<Result />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
