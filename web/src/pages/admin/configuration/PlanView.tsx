import { Button, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Mark, type Tone } from "../../../components/Mark";
import { Sentence } from "../../../components/Sentence";
import { compared, counted, grouped, written, type Change, type Difference, type Group, type Plan } from "../../../lib/admin/configuration";
import styles from "./configuration.module.css";

const LOOKS = {
  create: { icon: IconPlus, tone: "green" },
  change: { icon: IconPencil, tone: "blue" },
  remove: { icon: IconTrash, tone: "red" },
} as const satisfies Record<Change["what"], { icon: typeof IconPlus; tone: Tone }>;
const WHATS = ["create", "change", "remove"] as const;
const SHOWN = 50;

/** What would change, section by section, as a difference one can read. */
export function PlanView({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const counts = counted(plan);
  const groups = grouped(plan);
  return (
    <div className="stack">
      <div className={styles.summary} role="status">
        {groups.length > 0 && <h3>{t("configuration.plan.title")}</h3>}
        {WHATS.filter((what) => counts[what] > 0).map((what) => (
          <Mark key={what} icon={LOOKS[what].icon} tone={LOOKS[what].tone}>
            {t(`configuration.plan.${what}_count`, { count: counts[what] })}
          </Mark>
        ))}
      </div>
      {groups.length === 0 && <Sentence tone="green">{t("configuration.plan.nothing")}</Sentence>}
      {plan.kept > 0 && <p className="dim small">{t("configuration.plan.kept", { count: plan.kept })}</p>}
      {groups.map((group) => (
        <Section key={group.section} group={group} />
      ))}
    </div>
  );
}

function Section({ group }: { group: Group }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(SHOWN);
  const title = `plan-${group.section}`;
  return (
    <section aria-labelledby={title}>
      <h4 id={title} className={styles.group}>
        {group.title} <span className="dim small">{`${group.section}.yaml`}</span>
      </h4>
      <ul className={styles.changes}>
        {group.changes.slice(0, shown).map((change) => (
          <One key={change.id} change={change} />
        ))}
      </ul>
      {group.changes.length > shown && (
        <Button size="compact-sm" variant="default" onClick={() => setShown(shown + SHOWN)}>
          {t("configuration.plan.more", { count: group.changes.length - shown })}
        </Button>
      )}
    </section>
  );
}

function One({ change }: { change: Change }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(change.what === "change" && change.differences.length <= 4);
  const look = LOOKS[change.what];
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <UnstyledButton className={styles.change ?? ""} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Chevron size={16} aria-hidden />
        <Mark icon={look.icon} tone={look.tone}>
          {t(`configuration.plan.${change.what}`)}
        </Mark>
        <b className="truncate">{change.id}</b>
        <span className="dim small truncate">
          {[change.fields.join(", "), change.line > 0 && t("configuration.wrong.line", { file: `${change.section}.yaml`, line: change.line })]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </UnstyledButton>
      {open && (
        <div className={styles.differences}>
          {change.differences.map((difference) => (
            <Field key={difference.field} difference={difference} what={change.what} />
          ))}
        </div>
      )}
    </li>
  );
}

function Field({ difference, what }: { difference: Difference; what: Change["what"] }) {
  const lines = compared(
    what === "create" ? [] : written(difference.before),
    what === "remove" ? [] : written(difference.after),
  );
  return (
    <div className={styles.field}>
      <span className="dim small">{difference.field}</span>
      <pre className={styles.code} tabIndex={0} role="region" aria-label={difference.field}>
        {lines.map((line, index) => (
          <span key={index} data-kind={line.kind}>
            {/* Signs and colour together; both are read out by their words. */}
            <LineSign kind={line.kind} />
            {line.text}
          </span>
        ))}
      </pre>
    </div>
  );
}

function LineSign({ kind }: { kind: "same" | "gone" | "new" }) {
  const { t } = useTranslation();
  if (kind === "same") return <span className={styles.number}> </span>;
  return (
    <span className={styles.number} role="img" aria-label={t(kind === "gone" ? "configuration.plan.before" : "configuration.plan.after")}>
      {kind === "gone" ? "−" : "+"}
    </span>
  );
}
