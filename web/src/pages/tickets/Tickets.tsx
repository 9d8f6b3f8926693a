import "./mantine.css";
import "../../i18n/tickets";
import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { PageSkeleton } from "../../components/PageSkeleton";
import { may, useMe } from "../../hooks/session";
import { TicketList } from "./List";
import { NewTicket } from "./NewTicket";
import { TicketPage } from "./TicketPage";

const OwnShelves = lazy(() => import("./setup/automation/OwnShelves"));

export default function Tickets() {
  const works = may(useMe(), "tickets.work");
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Routes>
        <Route index element={<TicketList />} />
        <Route path="new" element={<NewTicket />} />
        {works && <Route path="macros/*" element={<OwnShelves kind="macros" />} />}
        {works && <Route path="replies/*" element={<OwnShelves kind="replies" />} />}
        <Route path=":id" element={<TicketPage />} />
      </Routes>
    </Suspense>
  );
}
