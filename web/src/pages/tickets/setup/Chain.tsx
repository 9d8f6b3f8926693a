import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { ChoiceField, NumberField, SeveralField, SwitchField } from "../../../components/admin/Fields";
import { OrderedList } from "../../../components/admin/OrderedList";
import { options } from "../../../hooks/admin";
import type { Others } from "../../../hooks/ticket-setup";
import { useLocale } from "../../../hooks/words";
import { replaced } from "../../../lib/admin/draft";
import { HEARERS, type ChainStep } from "../../../lib/tickets/setup";
import { CLOCK_KINDS, type ClockKind } from "../../../lib/tickets/types";

interface ChainProps {
  chain: readonly ChainStep[];
  others: Others;
  onChange: (chain: ChainStep[]) => void;
}

/** What happens when so much of a promise is used up. */
export function Chain({ chain, others, onChange }: ChainProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const hearer = (id: string) =>
    (HEARERS as readonly string[]).includes(id) ? t(`ticketSetUp.policies.hearer.${id as (typeof HEARERS)[number]}`) : (others.people.find((one) => one.id === id)?.name ?? id);
  const inSentence = (id: string) => ((HEARERS as readonly string[]).includes(id) ? t(`ticketSetUp.policies.hearerIn.${id as (typeof HEARERS)[number]}`) : hearer(id));
  const sentence = (step: ChainStep) => {
    const list = (words: string[]) => new Intl.ListFormat(locale, { type: "conjunction" }).format(words);
    const acts = [
      ...(step.notify.length > 0 ? [t("ticketSetUp.policies.stepTell", { who: list(step.notify.map(inSentence)) })] : []),
      ...(step.assign_user ? [t("ticketSetUp.policies.stepAssign", { who: hearer(step.assign_user) })] : []),
      ...(step.assign_team ? [t("ticketSetUp.policies.stepTeam", { who: others.teams.find((team) => team.id === step.assign_team)?.name ?? step.assign_team })] : []),
      ...(step.raise_priority ? [t("ticketSetUp.policies.stepRaise")] : []),
    ];
    return t("ticketSetUp.policies.step", {
      clock: t(`ticketSetUp.policies.clock.${step.clock}`),
      percent: Number.isNaN(step.percent) ? "…" : step.percent,
      acts: acts.length > 0 ? list(acts) : t("ticketSetUp.policies.stepNothing"),
    });
  };
  const editor = (step: ChainStep, index: number) => {
    const put = (part: Partial<ChainStep>) => onChange(replaced(chain, index, { ...step, ...part }));
    const at = `chain.${index}`;
    const hearers = [...HEARERS, ...others.people.map((one) => one.id)];
    return (
      <div className="stack">
        <div className={admin.grid}>
          <ChoiceField
            path={`${at}.clock`}
            label={t("ticketSetUp.policies.stepClock")}
            value={step.clock}
            options={CLOCK_KINDS.map((clock) => ({ value: clock, label: t(`ticketSetUp.policies.clock.${clock}`) }))}
            onChange={(clock) => put({ clock: (clock ?? "resolution") as ClockKind })}
          />
          <NumberField path={`${at}.percent`} label={t("ticketSetUp.policies.stepPercent")} suffix="%" min={0} value={step.percent} onChange={(percent) => put({ percent: percent ?? Number.NaN })} />
          <SeveralField
            path={`${at}.notify`}
            label={t("ticketSetUp.policies.notify")}
            value={step.notify}
            options={[...new Set([...hearers, ...step.notify])].map((id) => ({ value: id, label: hearer(id) }))}
            onChange={(notify) => put({ notify })}
          />
          <ChoiceField
            path={`${at}.assign_user`}
            label={t("ticketSetUp.policies.assignUser")}
            placeholder={t("ticketSetUp.policies.unchanged")}
            clearable
            value={step.assign_user}
            options={options(others.assignees)}
            onChange={(assign_user) => put({ assign_user })}
          />
          <ChoiceField
            path={`${at}.assign_team`}
            label={t("ticketSetUp.policies.assignTeam")}
            placeholder={t("ticketSetUp.policies.unchanged")}
            clearable
            value={step.assign_team}
            options={options(others.teams)}
            onChange={(assign_team) => put({ assign_team })}
          />
        </div>
        <SwitchField path={`${at}.raise_priority`} label={t("ticketSetUp.policies.raise")} value={step.raise_priority} onChange={(raise_priority) => put({ raise_priority })} />
      </div>
    );
  };
  return (
    <OrderedList
      path="chain"
      items={chain}
      onChange={onChange}
      sentence={sentence}
      editor={editor}
      fresh={(): ChainStep => ({ clock: "first_response", percent: 80, notify: ["assignee"], assign_user: null, assign_team: null, raise_priority: false })}
      addWord={t("ticketSetUp.policies.addStep")}
      empty={t("ticketSetUp.policies.chainEmpty")}
      movable
    />
  );
}
