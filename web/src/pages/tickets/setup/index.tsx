import "../../../i18n/admin";
import "../../../i18n/tickets";
import "../../../i18n/ticket-setup";
import { Navigate, Route, Routes } from "react-router";
import NotFound from "../../NotFound";
import { Categories } from "./Categories";
import { FieldForm, FieldList, NewField } from "./Fields";
import { NewPolicy, PolicyForm, PolicyList } from "./Policies";
import { NewState, StateForm, StateList } from "./States";
import { NewType, TypeForm, TypeList } from "./Types";

/** What tickets are set up with, below /admin/tickets. */
export default function TicketSetUp() {
  return (
    <Routes>
      <Route index element={<Navigate to="types" replace />} />
      <Route path="types" element={<TypeList />} />
      <Route path="types/new" element={<NewType />} />
      <Route path="types/:id" element={<TypeForm />} />
      <Route path="states" element={<StateList />} />
      <Route path="states/new" element={<NewState />} />
      <Route path="states/:id" element={<StateForm />} />
      <Route path="categories" element={<Categories />} />
      <Route path="fields" element={<FieldList />} />
      <Route path="fields/new" element={<NewField />} />
      <Route path="fields/:id" element={<FieldForm />} />
      <Route path="policies" element={<PolicyList />} />
      <Route path="policies/new" element={<NewPolicy />} />
      <Route path="policies/:id" element={<PolicyForm />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
