import { IconLock, IconMessageBolt, IconUsers, IconWand } from "@tabler/icons-react";
import { useCallback, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { SwitchField, TextAreaField, TextField } from "../../../../components/admin/Fields";
import { FormPage, type FormSection } from "../../../../components/admin/FormPage";
import { History } from "../../../../components/admin/History";
import linked from "../../../../components/admin/rows.module.css";
import { Mark } from "../../../../components/Mark";
import { Sentence } from "../../../../components/Sentence";
import { useDraft, type Draft } from "../../../../hooks/draft";
import { may, useMe } from "../../../../hooks/session";
import { shelfPath, useMacros, useReplies } from "../../../../hooks/ticket-automation";
import { useOthers, useSetUpRows } from "../../../../hooks/ticket-setup";
import type { Troubles } from "../../../../lib/admin/types";
import { bodyOf, macroTroubles, replyTroubles, type Macro, type MacroBody, type ReadyReply, type ReplyBody } from "../../../../lib/tickets/automation";
import { Gone, Loaded } from "../../../admin/Loaded";
import styles from "../setup.module.css";
import { Actions } from "./Actions";
import { useSaveShelved, useShelfBack } from "./form";
import { useHome } from "./home";
import { ListPage } from "./ListPage";
import { RemoveShelved } from "./Remove";
import { TemplateField } from "./TemplateField";

type Row = { id: string; name: string; shared: boolean };

/** One's own first, then everybody's. */
function Rows<T extends Row>({ kind, rows, about }: { kind: "macros" | "replies"; rows: readonly T[]; about: (row: T) => string }) {
  const home = useHome();
  const ordered = [...rows.filter((row) => !row.shared), ...rows.filter((row) => row.shared)];
  return (
    <ul className={`panel ${styles.plainRows ?? ""}`}>
      {ordered.map((row) => (
        <li key={row.id} className={`${linked.linked ?? ""} ${styles.row ?? ""}`}>
          <Link className={linked.name ?? ""} to={`${home}/${kind}/${encodeURIComponent(row.id)}`}>
            {row.name}
          </Link>
          <span className={`dim small ${styles.about ?? ""}`}>{about(row)}</span>
          <span className={`${linked.marks ?? ""} ${styles.marks ?? ""}`}>
            <Whose shared={row.shared} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Whose({ shared }: { shared: boolean }) {
  const { t } = useTranslation();
  return (
    <Mark icon={shared ? IconUsers : IconLock} tone={shared ? "blue" : "grey"} plain>
      {t(shared ? "ticketAutomation.shelf.shared" : "ticketAutomation.shelf.own")}
    </Mark>
  );
}

export function MacroList() {
  const { t } = useTranslation();
  const macros = useMacros();
  return (
    <ListPage kind="macros" icon={<IconWand size={32} stroke={1.5} aria-hidden />} query={macros} words={(row) => row.description}>
      {(rows) => <Rows kind="macros" rows={rows} about={(row) => [row.description, t("ticketAutomation.shelf.acts", { count: row.actions.length })].filter(Boolean).join(" · ")} />}
    </ListPage>
  );
}

export function ReplyList() {
  const replies = useReplies();
  const line = (text: string) => text.trim().replace(/\s+/g, " ").slice(0, 120);
  return (
    <ListPage kind="replies" icon={<IconMessageBolt size={32} stroke={1.5} aria-hidden />} query={replies} words={(row) => row.text}>
      {(rows) => <Rows kind="replies" rows={rows} about={(row) => [row.language, line(row.text)].filter(Boolean).join(" · ")} />}
    </ListPage>
  );
}

/** Who changed it when, and the way back; for those who may look into the trail. */
function ShelfHistory({ kind, row, dirty }: { kind: "macros" | "replies"; row: { id: string; name: string; mine: boolean }; dirty: boolean }) {
  return <History subject={`ticket_${kind}:${row.id}`} name={row.name} act="ticket_setup.changed" dirty={dirty} {...(row.mine ? { restoreTo: shelfPath(kind, row.id) } : {})} />;
}

/** Whether what is new may be for everybody, and what says that a thing cannot be changed. */
function useShared(row: { id: string; mine: boolean }): { shares: boolean; above: ReactNode } {
  const { t } = useTranslation();
  const shares = may(useMe(), "tickets.share");
  return { shares, above: row.id !== "" && !row.mine ? <Sentence tone="grey">{t("ticketAutomation.shelf.readOnly")}</Sentence> : null };
}

interface ShelvedProps<R extends Row, B> {
  kind: "macros" | "replies";
  row: R & { mine: boolean };
  rows: readonly R[];
  body: (row: R) => B;
  check: (value: B, others: readonly R[]) => Troubles;
  /** Its sections, the first of which ends with the given switch. */
  sections: (draft: Draft<B>, shared: ReactNode) => FormSection[];
}

/** What macros and ready answers have in common: a name, whose they are, their history, their end. */
function Shelved<R extends Row, B extends Pick<Row, "name" | "shared">>({ kind, row, rows, body, check, sections }: ShelvedProps<R, B>) {
  const { t } = useTranslation();
  const isNew = row.id === "";
  const save = useSaveShelved(kind, row.id);
  const { shares, above } = useShared(row);
  const saved = useMemo(() => body(row), [body, row]);
  const troubles = useCallback(
    (value: B) =>
      check(
        value,
        rows.filter((other) => other.id !== row.id),
      ),
    [check, rows, row.id],
  );
  const draft = useDraft<B>({
    saved,
    editable: row.mine,
    troubles,
    save: async (value) => {
      await save({ ...value, name: value.name.trim() }, draft.leaving);
    },
  });
  const shared = (shares || draft.value.shared) && (
    <SwitchField
      path="shared"
      label={t(`ticketAutomation.${kind}.shared`)}
      description={t(`ticketAutomation.${kind}.sharedHint`)}
      value={draft.value.shared}
      onChange={(on) => draft.set({ shared: on } as Partial<B>)}
    />
  );
  return (
    <FormPage
      title={isNew ? t(`ticketAutomation.${kind}.new`) : row.name}
      back={useShelfBack(kind)}
      draft={draft}
      isNew={isNew}
      aside={!isNew && <ShelfHistory kind={kind} row={row} dirty={draft.dirty} />}
      above={above}
      sections={sections(draft, shared)}
      below={!isNew && row.mine && <RemoveShelved what={kind} row={row} leaving={draft.leaving} />}
    />
  );
}

const NEW_MACRO: Macro = { id: "", name: "", description: "", shared: false, position: 0, actions: [], mine: true };
const NEW_REPLY: ReadyReply = { id: "", name: "", text: "", language: "", shared: false, position: 0, mine: true };

export function MacroForm() {
  const { t } = useTranslation();
  const { id } = useParams();
  const back = useShelfBack("macros");
  const sections: ShelvedProps<Macro, MacroBody>["sections"] = ({ value, set }, shared) => [
    {
      id: "general",
      title: t("ticketAutomation.macros.one"),
      paths: ["name", "description", "shared"],
      content: (
        <>
          <TextField path="name" label={t("admin.name")} required autoFocus={id === undefined} value={value.name} onChange={(name) => set({ name })} />
          <TextAreaField path="description" label={t("ticketAutomation.macros.description")} description={t("ticketAutomation.macros.descriptionHint")} rows={2} value={value.description} onChange={(description) => set({ description })} />
          {shared}
        </>
      ),
    },
    {
      id: "acts",
      title: t("ticketAutomation.macros.acts"),
      lead: t("ticketAutomation.macros.actsLead"),
      paths: ["actions"],
      content: <Actions path="actions" actions={value.actions} stops={false} onChange={(actions) => set({ actions })} />,
    },
  ];
  return (
    <Loaded queries={[useMacros(), useSetUpRows(), useOthers()]} back={back}>
      {(rows) => {
        const row = id === undefined ? NEW_MACRO : rows.find((each) => each.id === id);
        return row ? <Shelved<Macro, MacroBody> key={row.id} kind="macros" row={row} rows={rows} body={bodyOf} check={macroTroubles} sections={sections} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

export function ReplyForm() {
  const { t } = useTranslation();
  const { id } = useParams();
  const back = useShelfBack("replies");
  const sections: ShelvedProps<ReadyReply, ReplyBody>["sections"] = ({ value, set }, shared) => [
    {
      id: "general",
      title: t("ticketAutomation.replies.one"),
      paths: ["name", "text", "language", "shared"],
      content: (
        <>
          <TextField path="name" label={t("admin.name")} required autoFocus={id === undefined} value={value.name} onChange={(name) => set({ name })} />
          <TemplateField path="text" label={t("ticketAutomation.replies.text")} rows={8} value={value.text} onChange={(text) => set({ text })} />
          <TextField path="language" label={t("ticketAutomation.replies.language")} description={t("ticketAutomation.replies.languageHint")} value={value.language} onChange={(language) => set({ language: language.trim() })} />
          {shared}
        </>
      ),
    },
  ];
  return (
    <Loaded queries={[useReplies()]} back={back}>
      {(rows) => {
        const row = id === undefined ? NEW_REPLY : rows.find((each) => each.id === id);
        return row ? <Shelved<ReadyReply, ReplyBody> key={row.id} kind="replies" row={row} rows={rows} body={bodyOf} check={replyTroubles} sections={sections} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}
