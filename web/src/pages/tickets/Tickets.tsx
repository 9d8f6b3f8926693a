import "./mantine.css";
import "../../i18n/tickets";
import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { PageSkeleton } from "../../components/PageSkeleton";
import { may, useMe } from "../../hooks/session";
import { TicketList } from "./List";
import { NewTicket } from "./NewTicket";
import { TicketPage } from "./TicketPage";

const Imports = lazy(() => import("./exchange/Imports").then((page) => ({ default: page.Imports })));
const ImportPage = lazy(() => import("./exchange/ImportPage").then((page) => ({ default: page.ImportPage })));
const Figures = lazy(() => import("./figures/FiguresPage"));
const OwnShelves = lazy(() => import("./setup/automation/OwnShelves"));

export default function Tickets() {
  const me = useMe();
  const works = may(me, "tickets.work");
  const imports = may(me, "tickets.import");
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Routes>
        <Route index element={<TicketList />} />
        <Route path="new" element={<NewTicket />} />
        {works && <Route path="macros/*" element={<OwnShelves kind="macros" />} />}
        {works && <Route path="replies/*" element={<OwnShelves kind="replies" />} />}
        {(works || may(me, "tickets.figures")) && <Route path="figures" element={<Figures />} />}
        {imports && <Route path="imports" element={<Imports />} />}
        {imports && <Route path="imports/:id" element={<ImportPage />} />}
        <Route path=":id" element={<TicketPage />} />
      </Routes>
    </Suspense>
  );
}
