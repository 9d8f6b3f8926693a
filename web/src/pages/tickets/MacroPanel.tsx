import { Button } from "@mantine/core";
import { IconWand } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../components/Loading";
import { Sentence } from "../../components/Sentence";
import { useApply, usePreview } from "../../hooks/ticket-automation";
import { useChoices } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import type { Macro, Preview } from "../../lib/tickets/automation";
import { openBelow, type ChildrenChoice } from "../../lib/tickets/children";
import { useHere } from "./context";
import { useNames } from "./names";
import { OpenBelow } from "./OpenBelow";
import styles from "./ticket.module.css";

interface MacroPanelProps {
  macro: Macro;
  onDone: (name: string) => void;
  onClose: () => void;
}

/** What a macro would do to this ticket; it is done when that is wanted. */
export function MacroPanel({ macro, onDone, onClose }: MacroPanelProps) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const preview = usePreview(ticket, macro.id);
  const apply = useApply(ticket);
  const go = useRef<HTMLButtonElement>(null);
  const known = preview.data !== undefined;
  useEffect(() => {
    if (known) go.current?.focus();
  }, [known]);
  const error = (openBelow(apply.error) ? null : apply.error) ?? preview.error;
  const run = (children?: ChildrenChoice) => apply.mutate({ macro: macro.id, ...(children ? { children } : {}) }, { onSuccess: () => onDone(macro.name) });
  return (
    <section
      className={styles.macro}
      aria-label={t("tickets.macro.preview", { name: macro.name })}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <h3 className="row">
        <IconWand size={16} aria-hidden />
        {t("tickets.macro.preview", { name: macro.name })}
      </h3>
      {macro.description && <p className="dim small">{macro.description}</p>}
      {preview.isPending && <Loading bars={[60]} />}
      {preview.data && <What preview={preview.data} />}
      {error && <Sentence tone="red">{t("tickets.macro.refused", { detail: problemText(error) })}</Sentence>}
      <OpenBelow error={apply.error} busy={apply.isPending} onChoose={run} onClose={apply.reset} />
      <div className="row wrap">
        <Button ref={go} size="xs" disabled={!known} loading={apply.isPending} onClick={() => run()}>
          {t("tickets.macro.apply")}
        </Button>
        <Button size="xs" variant="default" onClick={onClose}>
          {t("common.cancel")}
        </Button>
      </div>
    </section>
  );
}

function What({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const names = useNames(ticket);
  const people = useChoices().data?.people ?? [];
  const nothing = t("tickets.stale.nothing");
  const changes = Object.entries(preview.changes).filter(([field]) => field !== "state_class");
  const watchers = preview.watchers.map((id) => people.find((each) => each.id === id)?.name ?? id);
  if (changes.length + preview.messages.length + watchers.length + preview.webhooks.length + preview.notices.length === 0) return <p className="dim">{t("tickets.macro.nothing")}</p>;
  return (
    <ul className={styles.what}>
      {changes.map(([field, [before, after]]) => (
        <li key={field}>
          {t("tickets.history.changed", { field: names.field(field), before: names.value(field, before) || nothing, after: names.value(field, after) || nothing })}
        </li>
      ))}
      {watchers.length > 0 && <li>{t("tickets.macro.watch", { names: watchers.join(", ") })}</li>}
      {preview.webhooks.length > 0 && <li>{t("tickets.macro.webhooks", { names: preview.webhooks.join(", ") })}</li>}
      {preview.notices.map((text, place) => (
        <li key={`notice-${String(place)}`}>
          {t("tickets.macro.notice")}
          <blockquote className={styles.quote}>{text}</blockquote>
        </li>
      ))}
      {preview.messages.map((message, place) => (
        <li key={place}>
          {t(message.kind === "note" ? "tickets.macro.note" : "tickets.macro.reply")}
          <blockquote className={styles.quote}>{message.text}</blockquote>
        </li>
      ))}
    </ul>
  );
}
