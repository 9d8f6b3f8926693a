import "../../../../i18n/ticket-suggestions";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceField, NumberField, SwitchField } from "../../../../components/admin/Fields";
import { FormPage } from "../../../../components/admin/FormPage";
import { History } from "../../../../components/admin/History";
import { useDraft, type Draft } from "../../../../hooks/draft";
import { useSetSuggester, useSuggester } from "../../../../hooks/ticket-suggestions";
import { ACCURACY_RANGE, suggesterTroubles, SUGGESTED, TICKETS_RANGE, type Suggester, type SuggesterSettings } from "../../../../lib/tickets/suggesting";
import { Loaded } from "../../../admin/Loaded";
import { Parts } from "../Parts";
import styles from "../setup.module.css";
import { Learned } from "./Learned";

/** What is suggested, how good that is, and learning anew. */
export function Suggestions() {
  const { t } = useTranslation();
  return (
    <Loaded queries={[useSuggester()]} back={{ to: "/admin", word: t("nav.admin") }}>
      {(suggester) => <Form suggester={suggester} />}
    </Loaded>
  );
}

function Form({ suggester }: { suggester: Suggester }) {
  const { t } = useTranslation();
  const save = useSetSuggester();
  // While it is asked again and again, an equal document is the same one.
  const text = JSON.stringify(suggester.settings);
  const saved = useMemo(() => JSON.parse(text) as SuggesterSettings, [text]);
  const draft = useDraft<SuggesterSettings>({ saved, editable: true, troubles: suggesterTroubles, save });
  const title = t("ticketSuggestions.title");
  return (
    <>
      <div className={styles.aboveForm}>
        <Parts />
      </div>
      <FormPage
        title={title}
        draft={draft}
        aside={<History subject="ticket_suggestions:tickets" name={title} act="ticket_setup.changed" dirty={draft.dirty} restoreTo="/ticket-suggester" />}
        above={<Learned suggester={suggester} />}
        sections={[
          {
            id: "which",
            title: t("ticketSuggestions.which"),
            lead: t("ticketSuggestions.whichLead"),
            paths: [...SUGGESTED, "nightly"],
            content: <Which draft={draft} />,
          },
          {
            id: "enough",
            title: t("ticketSuggestions.enough"),
            lead: t("ticketSuggestions.enoughLead"),
            paths: ["least_tickets", "least_accuracy", "least_confidence"],
            content: <Enough draft={draft} />,
          },
        ]}
      />
    </>
  );
}

function Which({ draft: { value, set } }: { draft: Draft<SuggesterSettings> }) {
  const { t } = useTranslation();
  return (
    <>
      {SUGGESTED.map((field) => (
        <SwitchField key={field} path={field} label={t(`tickets.field.${field}`)} value={value[field]} onChange={(on) => set({ [field]: on })} />
      ))}
      <SwitchField path="nightly" label={t("ticketSuggestions.nightly")} description={t("ticketSuggestions.nightlyHint")} value={value.nightly} onChange={(nightly) => set({ nightly })} />
    </>
  );
}

function Enough({ draft: { value, set } }: { draft: Draft<SuggesterSettings> }) {
  const { t } = useTranslation();
  const tens = Array.from({ length: 10 }, (_, at) => 10 * at);
  return (
    <>
      <NumberField
        path="least_tickets"
        label={t("ticketSuggestions.leastTickets")}
        description={t("ticketSuggestions.leastTicketsHint")}
        min={TICKETS_RANGE.least}
        max={TICKETS_RANGE.most}
        value={value.least_tickets}
        onChange={(count) => set({ least_tickets: count ?? Number.NaN })}
      />
      <NumberField
        path="least_accuracy"
        label={t("ticketSuggestions.leastAccuracy")}
        description={t("ticketSuggestions.leastAccuracyHint")}
        suffix="%"
        min={ACCURACY_RANGE.least}
        max={ACCURACY_RANGE.most}
        value={value.least_accuracy}
        onChange={(percent) => set({ least_accuracy: percent ?? Number.NaN })}
      />
      <ChoiceField
        path="least_confidence"
        label={t("ticketSuggestions.leastConfidence")}
        description={t("ticketSuggestions.leastConfidenceHint")}
        value={String(value.least_confidence)}
        options={tens.map((percent) => ({ value: String(percent), label: percent === 0 ? t("ticketSuggestions.always") : t("ticketSuggestions.percent", { percent }) }))}
        onChange={(percent) => set({ least_confidence: Number(percent ?? 0) })}
      />
    </>
  );
}
