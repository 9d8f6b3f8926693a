import { ActionIcon, Button, Modal, TextInput } from "@mantine/core";
import { IconAlarm, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { TICKETS, ticketPath } from "../../hooks/tickets";
import { useLocale, useProblemText } from "../../hooks/words";
import { get, request } from "../../lib/api";
import { serverNow, wallIn } from "../../lib/time";
import { proposals, type Reminder } from "../../lib/tickets/reminders";
import { useHere } from "./context";
import styles from "./ticket.module.css";

const TWO_YEARS_MS = 731 * 86_400_000;

function useReminders(id: string) {
  return useQuery({
    queryKey: [TICKETS, "one", id, "reminders"],
    queryFn: async ({ signal }) => (await get<{ items: Reminder[] }>(`${ticketPath(id)}/reminders`, {}, signal)).items,
  });
}

function useWord(): (iso: string) => string {
  const locale = useLocale();
  return (iso) => new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/** One's own reminders of this ticket, each to be taken back. */
export function RemindersNote() {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const client = useQueryClient();
  const problemText = useProblemText();
  const word = useWord();
  const reminders = useReminders(ticket.id).data ?? [];
  const remove = useMutation({
    mutationFn: (id: number) => request("DELETE", `${ticketPath(ticket.id)}/reminders/${String(id)}`),
    onSettled: () => client.invalidateQueries({ queryKey: [TICKETS, "one", ticket.id, "reminders"] }),
  });
  if (reminders.length === 0) return null;
  return (
    <>
      <ul className={styles.reminders} aria-label={t("tickets.reminders.title")}>
        {reminders.map((each) => (
          <li key={each.id}>
            <IconAlarm size={16} aria-hidden />
            <span>
              {t("tickets.reminders.at", { time: word(each.at) })}
              {each.note && <span className="dim"> · {each.note}</span>}
            </span>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("tickets.reminders.forget", { time: word(each.at) })} onClick={() => remove.mutate(each.id)}>
              <IconX size={14} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {remove.error && <Sentence tone="red">{t("tickets.reminders.notForgotten", { detail: problemText(remove.error) })}</Sentence>}
    </>
  );
}

export function ReminderDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const client = useQueryClient();
  const problemText = useProblemText();
  const word = useWord();
  const [now] = useState(() => serverNow());
  const [wall, setWall] = useState("");
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const add = useMutation({
    mutationFn: (at: Date) => request("POST", `${ticketPath(ticket.id)}/reminders`, { body: { at: at.toISOString(), note: note.trim() } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: [TICKETS, "one", ticket.id, "reminders"] });
      onClose();
    },
  });
  const at = Date.parse(wall);
  const wrong = !(at > now) ? t("tickets.reminders.past") : at > now + TWO_YEARS_MS ? t("tickets.reminders.far") : null;
  return (
    <Modal opened onClose={onClose} title={t("tickets.reminders.act")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!wrong) add.mutate(new Date(at));
        }}
      >
        <TextInput label={t("tickets.reminders.note")} description={t("tickets.reminders.noteHint")} value={note} maxLength={300} data-autofocus onChange={(event) => setNote(event.currentTarget.value)} />
        <div className={styles.proposals} role="group" aria-label={t("tickets.reminders.when")}>
          {proposals(new Date(now)).map(([name, moment]) => (
            <Button key={name} variant="default" loading={add.isPending} onClick={() => add.mutate(moment)}>
              {t(`tickets.reminders.in.${name}`)} <span className="dim small">&nbsp;{word(moment.toISOString())}</span>
            </Button>
          ))}
        </div>
        <TextInput
          type="datetime-local"
          label={t("tickets.reminders.other")}
          value={wall}
          min={wallIn(now)}
          error={tried ? wrong : null}
          onChange={(event) => setWall(event.currentTarget.value)}
        />
        {add.error && <Sentence tone="red">{t("tickets.reminders.failed", { detail: problemText(add.error) })}</Sentence>}
        <Button type="submit" variant={wall ? "filled" : "default"} loading={add.isPending}>
          {t("tickets.reminders.go")}
        </Button>
      </form>
    </Modal>
  );
}
