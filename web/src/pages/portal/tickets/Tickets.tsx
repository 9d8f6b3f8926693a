import "./tickets.css";
import { Navigate, Route, Routes } from "react-router";
import { List } from "./List";
import { New } from "./New";
import { One } from "./One";

/** The customer's own requests. */
export default function Tickets() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path="new" element={<New />} />
      <Route path=":number" element={<One />} />
      <Route path="*" element={<Navigate to="/tickets" replace />} />
    </Routes>
  );
}
