import "../../../i18n/ticket-suggestions";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconSparkles, IconX } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnswer } from "../../../hooks/ticket-suggestions";
import { decided, keyOf, offered, type HeldValues, type SuggestedField, type Suggestion } from "../../../lib/tickets/suggesting";
import type { Priority } from "../../../lib/tickets/types";
import tickets from "../tickets.module.css";
import styles from "./suggesting.module.css";

interface SuggestedProps {
  items: readonly Suggestion[];
  /** What is chosen now. */
  held: HeldValues;
  onTake: (field: SuggestedField, value: string) => void;
}

/** What a ticket seems to be, to be taken with one click; it sets nothing by itself. */
export function Suggested({ items, held, onTake }: SuggestedProps) {
  const { t } = useTranslation();
  const answer = useAnswer();
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const { category, priority, type } = held;
  const now = useMemo<HeldValues>(() => ({ category, priority, type }), [category, priority, type]);
  const shown = offered(items, now, away);
  const before = useRef<{ held: HeldValues; shown: readonly Suggestion[] }>({ held: now, shown: [] });
  useEffect(() => {
    for (const each of decided(before.current.shown, before.current.held, now)) answer(each);
    before.current = { held: now, shown };
  });
  return (
    <div role="status" className={styles.suggested} data-empty={shown.length === 0 ? "" : undefined}>
      {shown.map((each) => (
        <Chip
          key={each.field}
          suggestion={each}
          onTake={() => onTake(each.field, each.value)}
          onRefuse={() => {
            answer({ field: each.field, taken: false });
            setAway(new Set([...away, keyOf(each)]));
          }}
        />
      ))}
      {shown.length > 0 && <span className="dim small">{t("ticketSuggestions.chip.only")}</span>}
    </div>
  );
}

function Chip({ suggestion, onTake, onRefuse }: { suggestion: Suggestion; onTake: () => void; onRefuse: () => void }) {
  const { t } = useTranslation();
  const field = t(`tickets.field.${suggestion.field}`);
  const name = suggestion.field === "priority" ? t(`tickets.priorityOf.${suggestion.value as Priority}`) : suggestion.name;
  const percent = Math.round(suggestion.confidence * 100);
  const why = suggestion.words.length > 0 ? t("ticketSuggestions.chip.because", { words: suggestion.words.join(", ") }) : "";
  return (
    <span className={styles.chip}>
      <Tooltip label={t("ticketSuggestions.chip.sure", { percent })}>
        <button type="button" className={styles.take} onClick={onTake}>
          <IconSparkles size={15} aria-hidden />
          <span className="dim">{field}</span> <b className={styles.name}>{name}</b> <span className={styles.percent}>{t("ticketSuggestions.percent", { percent })}</span>{" "}
          <span className={tickets.hidden}>{t("ticketSuggestions.chip.take")}</span>
        </button>
      </Tooltip>
      {why && <span className={`dim small ${styles.why ?? ""}`}>{why}</span>}
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("ticketSuggestions.chip.refuse", { field, name })} onClick={onRefuse}>
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </span>
  );
}
