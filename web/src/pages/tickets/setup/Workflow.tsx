import { useTranslation } from "react-i18next";
import { ChoiceField, SeveralField } from "../../../components/admin/Fields";
import { OrderedList } from "../../../components/admin/OrderedList";
import admin from "../../../components/admin/admin.module.css";
import { options } from "../../../hooks/admin";
import { useLocale } from "../../../hooks/words";
import type { Others } from "../../../hooks/ticket-setup";
import type { Draft } from "../../../hooks/draft";
import { replaced } from "../../../lib/admin/draft";
import { MOVERS, PLACES, reach, type StateRow, type TicketSetUp, type TypeBody, type Way } from "../../../lib/tickets/setup";
import { waysOf } from "../../../lib/tickets/workflow";
import { Sentence } from "../../../components/Sentence";
import { Matrix } from "./Matrix";
import { Picture } from "./Picture";

interface WorkflowProps {
  draft: Draft<TypeBody>;
  all: TicketSetUp;
  others: Others;
}

/** The ways of a type: as a table to tick, as a picture, and one by one. */
export function Workflow({ draft: { value, set }, all, others }: WorkflowProps) {
  const { t } = useTranslation();
  const ways = value.transitions;
  const named = new Set([value.initial_state, ...ways.flatMap((way) => [way.target, ...way.sources])]);
  const shown = all.states.filter((state) => !state.retired || named.has(state.id));
  const change = (transitions: Way[]) => set({ transitions });
  return (
    <>
      <Matrix initial={value.initial_state} states={shown} ways={ways} onChange={change} />
      <Loose initial={value.initial_state} states={shown.filter((state) => named.has(state.id))} ways={ways} />
      <Picture initial={value.initial_state} states={shown.filter((state) => named.has(state.id))} ways={ways} />
      <h3>{t("ticketSetUp.workflow.ways")}</h3>
      <p className="dim small">{t("ticketSetUp.workflow.waysLead")}</p>
      <Ways ways={ways} states={shown} all={all} others={others} onChange={change} />
    </>
  );
}

/** What the workflow names and cannot be come to, and where it ends without being done. */
function Loose({ initial, states, ways }: { initial: string; states: readonly StateRow[]; ways: readonly Way[] }) {
  const { t } = useTranslation();
  const reached = reach(initial, ways);
  const words = (found: readonly StateRow[]) => found.map((state) => state.name).join(", ");
  const unreached = states.filter((state) => !reached.has(state.id));
  const stuck = states.filter(
    (from) => reached.has(from.id) && from.state_class !== "closed" && from.state_class !== "resolved" && !states.some((to) => waysOf(ways, from.id, to.id).length > 0),
  );
  return (
    <>
      {unreached.length > 0 && <Sentence tone="amber">{t("ticketSetUp.workflow.unreached", { states: words(unreached) })}</Sentence>}
      {stuck.length > 0 && <Sentence tone="amber">{t("ticketSetUp.workflow.stuck", { states: words(stuck) })}</Sentence>}
    </>
  );
}

interface WaysProps {
  ways: readonly Way[];
  states: readonly StateRow[];
  all: TicketSetUp;
  others: Others;
  onChange: (ways: Way[]) => void;
}

function useWayWords({ states, all, others }: Pick<WaysProps, "states" | "all" | "others">) {
  const { t } = useTranslation();
  const locale = useLocale();
  const list = (words: string[], type: "conjunction" | "disjunction") => new Intl.ListFormat(locale, { type }).format(words);
  const stateName = (id: string) => states.find((state) => state.id === id)?.name ?? id;
  const moverName = (id: string) =>
    (MOVERS as readonly string[]).includes(id) ? t(`ticketSetUp.workflow.mover.${id as (typeof MOVERS)[number]}`) : (others.roles.find((role) => role.id === id)?.name ?? id);
  const requiredName = (id: string) =>
    (PLACES as readonly string[]).includes(id) ? t(`ticketSetUp.workflow.place.${id as (typeof PLACES)[number]}`) : (all.fields.find((field) => field.id === id)?.name ?? id);
  const sentence = (way: Way) => {
    const from = way.sources.length === 0 ? t("ticketSetUp.workflow.sourcesEvery") : list(way.sources.map(stateName), "disjunction");
    const who = way.movers.length === 0 ? t("ticketSetUp.workflow.moversAll") : list(way.movers.map(moverName), "disjunction");
    const parts = [t("ticketSetUp.workflow.way", { from, to: way.target ? stateName(way.target) : "…", who })];
    if (way.required.length > 0) parts.push(t("ticketSetUp.workflow.wayRequired", { fields: list(way.required.map(requiredName), "conjunction") }));
    if (way.approver !== null) parts.push(t("ticketSetUp.workflow.wayApprover", { role: moverName(way.approver) }));
    return `${parts.join(", ")}.`;
  };
  return { sentence, moverName, requiredName };
}

function Ways({ ways, states, all, others, onChange }: WaysProps) {
  const { t } = useTranslation();
  const { sentence, moverName, requiredName } = useWayWords({ states, all, others });
  const editor = (way: Way, index: number) => {
    const put = (part: Partial<Way>) => onChange(replaced(ways, index, { ...way, ...part }));
    const at = `transitions.${index}`;
    const asked = [...PLACES, ...all.fields.filter((field) => !field.retired || way.required.includes(field.id)).map((field) => field.id)];
    const movers = [...MOVERS, ...others.roles.map((role) => role.id)];
    return (
      <div className={admin.grid}>
        <SeveralField
          path={`${at}.sources`}
          label={t("ticketSetUp.workflow.sources")}
          placeholder={way.sources.length === 0 ? t("ticketSetUp.workflow.sourcesEvery") : ""}
          value={way.sources}
          options={options(states.filter((state) => state.id !== way.target))}
          onChange={(sources) => put({ sources })}
        />
        <ChoiceField
          path={`${at}.target`}
          label={t("ticketSetUp.workflow.target")}
          required
          value={way.target || null}
          options={options(states)}
          onChange={(target) => put({ target: target ?? "", sources: way.sources.filter((source) => source !== target) })}
        />
        <SeveralField
          path={`${at}.movers`}
          label={t("ticketSetUp.workflow.movers")}
          placeholder={way.movers.length === 0 ? t("ticketSetUp.workflow.moversAll") : ""}
          value={way.movers}
          options={[...new Set([...movers, ...way.movers])].map((id) => ({ value: id, label: moverName(id) }))}
          onChange={(chosen) => put({ movers: chosen })}
        />
        <SeveralField
          path={`${at}.required`}
          label={t("ticketSetUp.workflow.requiredFields")}
          placeholder={way.required.length === 0 ? t("ticketSetUp.workflow.requiredNone") : ""}
          value={way.required}
          options={asked.map((id) => ({ value: id, label: requiredName(id) }))}
          onChange={(required) => put({ required })}
        />
        <ChoiceField
          path={`${at}.approver`}
          label={t("ticketSetUp.workflow.approver")}
          placeholder={t("ticketSetUp.workflow.approverNone")}
          clearable
          value={way.approver}
          options={options(others.roles)}
          onChange={(approver) => put({ approver })}
        />
      </div>
    );
  };
  return (
    <OrderedList
      path="transitions"
      items={ways}
      onChange={onChange}
      sentence={sentence}
      editor={editor}
      fresh={() => ({ target: "", sources: [], movers: [], required: [], approver: null })}
      addWord={t("ticketSetUp.workflow.addWay")}
      empty={t("ticketSetUp.workflow.noWays")}
      movable
    />
  );
}
