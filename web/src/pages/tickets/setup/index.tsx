import "../../../i18n/admin";
import "../../../i18n/tickets";
import "../../../i18n/ticket-automation";
import "../../../i18n/ticket-setup";
import "../../../i18n/ticket-suggestions";
import { Navigate, Route, Routes } from "react-router";
import NotFound from "../../NotFound";
import { RecurrenceForm, RecurrenceList } from "./automation/Recurrences";
import { RuleForm } from "./automation/RuleForm";
import { RuleList } from "./automation/RuleList";
import { RunLog } from "./automation/RunLog";
import { MacroForm, MacroList, ReplyForm, ReplyList } from "./automation/Shelves";
import { HookForm, HookList, NewHook } from "./automation/Webhooks";
import { Categories } from "./Categories";
import { FieldForm, FieldList, NewField } from "./Fields";
import { NewPolicy, PolicyForm, PolicyList } from "./Policies";
import { NewState, StateForm, StateList } from "./States";
import { Suggestions } from "./suggesting/Suggestions";
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
      <Route path="rules" element={<RuleList />} />
      <Route path="rules/new" element={<RuleForm />} />
      <Route path="rules/:id" element={<RuleForm />} />
      <Route path="rule-log" element={<RunLog />} />
      <Route path="recurrences" element={<RecurrenceList />} />
      <Route path="recurrences/new" element={<RecurrenceForm />} />
      <Route path="recurrences/:id" element={<RecurrenceForm />} />
      <Route path="macros" element={<MacroList />} />
      <Route path="macros/new" element={<MacroForm />} />
      <Route path="macros/:id" element={<MacroForm />} />
      <Route path="replies" element={<ReplyList />} />
      <Route path="replies/new" element={<ReplyForm />} />
      <Route path="replies/:id" element={<ReplyForm />} />
      <Route path="webhooks" element={<HookList />} />
      <Route path="webhooks/new" element={<NewHook />} />
      <Route path="webhooks/:id" element={<HookForm />} />
      <Route path="suggestions" element={<Suggestions />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
