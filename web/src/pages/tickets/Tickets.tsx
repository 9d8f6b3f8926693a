import "./mantine.css";
import "../../i18n/tickets";
import { Route, Routes } from "react-router";
import { TicketList } from "./List";
import { NewTicket } from "./NewTicket";
import { TicketPage } from "./TicketPage";

export default function Tickets() {
  return (
    <Routes>
      <Route index element={<TicketList />} />
      <Route path="new" element={<NewTicket />} />
      <Route path=":id" element={<TicketPage />} />
    </Routes>
  );
}
