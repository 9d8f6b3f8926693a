import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { TICKETS } from "../../hooks/tickets";
import type { Problem } from "../../lib/api";
import type { Clash } from "../../lib/tickets/types";
import { useHere } from "./context";
import { useNames } from "./names";

/** Somebody has changed the same since this page was read: what, who, and which of the two is to be. */
export function Stale({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const { ticket, patch } = useHere();
  const names = useNames(ticket);
  const client = useQueryClient();
  const changed = Object.entries((problem.extra.changed ?? {}) as Record<string, Clash>);
  const who = changed[0]?.[1].by ?? "";
  const done = () => {
    patch.reset();
    void client.invalidateQueries({ queryKey: [TICKETS, "one"] });
  };
  const mine = () => {
    const wanted = patch.variables;
    if (!wanted) return;
    // Without "seen" nobody's change is asked about.
    patch.mutate({ ...wanted, seen: undefined });
  };
  const told = (name: string, value: unknown) => names.value(name, value) || t("tickets.stale.nothing");
  return (
    <Sentence
      tone="amber"
      action={
        <span className="row wrap">
          <Button size="compact-sm" variant="default" onClick={done}>
            {t("tickets.stale.theirs")}
          </Button>
          <Button size="compact-sm" loading={patch.isPending} onClick={mine}>
            {t("tickets.stale.mine")}
          </Button>
        </span>
      }
    >
      <strong>{t("tickets.stale.title")}</strong>
      <p>{t("tickets.stale.text", { name: who })}</p>
      <ul style={{ margin: 0, paddingInlineStart: 16 }}>
        {changed.map(([name, clash]) => (
          <li key={name}>{t("tickets.stale.field", { field: names.field(name), now: told(name, clash.now), yours: told(name, clash.yours) })}</li>
        ))}
      </ul>
    </Sentence>
  );
}
