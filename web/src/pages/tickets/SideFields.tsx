import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChoices, useSides } from "../../hooks/tickets";
import type { NewSide, ReplyDraft } from "../../lib/tickets/draft";
import type { Side } from "../../lib/tickets/types";
import { useHere } from "./context";
import styles from "./ticket.module.css";

const NEW = "";

/** Where no mail can be sent, a new one can only begin with a team. */
export function reachable(draft: ReplyDraft, mail: boolean | undefined): ReplyDraft {
  return mail === false && draft.fresh.team === null ? { ...draft, fresh: { ...draft.fresh, email: "", team: "" } } : draft;
}

/** Whether whom it asked from outside was forgotten. */
export const isGone = (side: Side): boolean => side.team === null && side.email === "";

/** Who is asked, by name or address. */
export function useSideWords(): (side: Side) => string {
  const { t } = useTranslation();
  return (side) => side.team?.name ?? (side.email || t("tickets.side.gone"));
}

/** What is missing before somebody can be asked; by field. */
export interface SideWrong {
  subject?: string;
  email?: string;
  team?: string;
}

export function useSideCheck(): (draft: ReplyDraft) => SideWrong {
  const { t } = useTranslation();
  return ({ side, fresh }) => {
    if (side !== null) return {};
    return {
      ...(fresh.subject.trim() ? {} : { subject: t("tickets.side.subjectMissing") }),
      ...(fresh.team === null && !/^[^@\s]+@[^@\s]+$/.test(fresh.email.trim()) ? { email: t("tickets.side.emailMissing") } : {}),
      ...(fresh.team === "" ? { team: t("tickets.side.teamMissing") } : {}),
    };
  };
}

interface SideFieldsProps {
  draft: ReplyDraft;
  wrong: SideWrong;
  onChange: (part: Partial<ReplyDraft>) => void;
}

/** Which side conversation is written in, or with whom a new one begins. */
export function SideFields({ draft, wrong, onChange }: SideFieldsProps) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const sides = useSides(ticket.id).data;
  const words = useSideWords();
  const there = sides?.items ?? [];
  const chosen = there.find((each) => each.id === draft.side);
  const option = (side: Side) => t(side.ended_at ? "tickets.side.optionEnded" : "tickets.side.option", { subject: side.subject, who: words(side) });
  return (
    <div className={styles.sideFields}>
      {there.length > 0 && (
        <Select
          size="xs"
          label={t("tickets.side.with")}
          className={chosen ? (styles.sideWhole ?? "") : ""}
          allowDeselect={false}
          data={[{ value: NEW, label: t("tickets.side.new") }, ...there.map((side) => ({ value: side.id, label: option(side) }))]}
          value={draft.side ?? NEW}
          onChange={(id) => onChange({ side: id || null })}
        />
      )}
      {chosen && (isGone(chosen) || chosen.ended_at) && <p className={`dim small ${styles.sideHint ?? ""}`}>{t(isGone(chosen) ? "tickets.side.goneHint" : "tickets.side.endedHint")}</p>}
      {draft.side === null && <Fresh fresh={draft.fresh} wrong={wrong} mail={sides?.mail ?? true} onChange={(part) => onChange({ fresh: { ...draft.fresh, ...part } })} />}
    </div>
  );
}

function Fresh({ fresh, wrong, mail, onChange }: { fresh: NewSide; wrong: SideWrong; mail: boolean; onChange: (part: Partial<NewSide>) => void }) {
  const { t } = useTranslation();
  const teams = useChoices().data?.teams ?? [];
  const [address, setAddress] = useState(fresh.email);
  const team = fresh.team !== null;
  return (
    <>
      <TextInput size="xs" label={t("tickets.side.subject")} maxLength={300} error={wrong.subject} value={fresh.subject} onChange={(event) => onChange({ subject: event.currentTarget.value })} />
      <div>
        <span className={styles.label} id="side-who">
          {t("tickets.side.who")}
        </span>
        <SegmentedControl
          size="xs"
          aria-labelledby="side-who"
          value={team ? "team" : "email"}
          onChange={(who) => onChange(who === "team" ? { team: "", email: "" } : { team: null, email: address })}
          data={[
            { value: "email", label: t("tickets.side.whoEmail"), disabled: !mail },
            { value: "team", label: t("tickets.side.whoTeam") },
          ]}
        />
      </div>
      {team ? (
        <Select
          size="xs"
          label={t("tickets.side.team")}
          error={wrong.team}
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          value={fresh.team || null}
          onChange={(id) => onChange({ team: id ?? "" })}
          searchable
        />
      ) : (
        <TextInput
          size="xs"
          type="email"
          label={t("tickets.side.email")}
          autoComplete="off"
          maxLength={320}
          error={wrong.email}
          value={fresh.email}
          onChange={(event) => {
            setAddress(event.currentTarget.value);
            onChange({ email: event.currentTarget.value });
          }}
        />
      )}
      <p className={`dim small ${styles.sideHint ?? ""}`}>
        {team ? t("tickets.side.teamHint") : t("tickets.side.emailHint")} {!mail && t("tickets.side.noMail")}
      </p>
    </>
  );
}
