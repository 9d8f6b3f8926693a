import { Button } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { History } from "../../../../components/admin/History";
import { SwitchField, TextAreaField, TextField } from "../../../../components/admin/Fields";
import { FormPage } from "../../../../components/admin/FormPage";
import { Conditions } from "../../../../components/Conditions";
import { Sentence } from "../../../../components/Sentence";
import { useDraft } from "../../../../hooks/draft";
import { shelfPath, useRules } from "../../../../hooks/ticket-automation";
import { useMaySetUp, useOthers, useSetUpRows } from "../../../../hooks/ticket-setup";
import { bodyOf, ruleSettings, ruleTroubles, type Rule, type RuleBody } from "../../../../lib/tickets/automation";
import { lastPosition } from "../../../../lib/tickets/setup";
import { Gone, Loaded } from "../../../admin/Loaded";
import { useConditionFields } from "../condition-fields";
import { Actions } from "./Actions";
import { useSaveShelved, useShelfBack } from "./form";
import { RemoveShelved } from "./Remove";
import { Trial } from "./Trial";
import { When } from "./When";

export function RuleForm() {
  const { id } = useParams();
  const back = useShelfBack("rules");
  return (
    <Loaded queries={[useRules(), useSetUpRows(), useOthers()]} back={back}>
      {(rows) => {
        if (id === undefined) return <New rows={rows} />;
        const row = rows.find((each) => each.id === id);
        return row ? <Form key={row.id} row={row} rows={rows} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

/** It begins turned off, so that it can be tried first. */
function New({ rows }: { rows: readonly Rule[] }) {
  const fresh = useMemo<Rule>(
    () => ({
      id: "",
      name: "",
      description: "",
      enabled: false,
      position: lastPosition(rows),
      events: ["made"],
      became: [],
      clock: null,
      timer: null,
      conditions: { all: [], any: [] },
      actions: [],
      stopped: "",
      broken: "",
    }),
    [rows],
  );
  return <Form key="new" row={fresh} rows={rows} />;
}

function Form({ row, rows }: { row: Rule; rows: readonly Rule[] }) {
  const { t } = useTranslation();
  const isNew = row.id === "";
  const save = useSaveShelved("rules", row.id);
  const manage = useMaySetUp();
  const fields = useConditionFields();
  const saved = useMemo<RuleBody>(() => bodyOf(row), [row]);
  const troubles = useCallback(
    (value: RuleBody) =>
      ruleTroubles(
        value,
        rows.filter((other) => other.id !== row.id),
      ),
    [rows, row.id],
  );
  const draft = useDraft<RuleBody>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      await save(ruleSettings(value), draft.leaving);
    },
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={isNew ? t("ticketAutomation.rules.new") : row.name}
      back={useShelfBack("rules")}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <>
            <Button component={Link} size="compact-sm" variant="default" to={`/admin/tickets/rule-log?rule=${encodeURIComponent(row.id)}`} leftSection={<IconListDetails size={16} aria-hidden />}>
              {t("ticketAutomation.rules.toRuns")}
            </Button>
            <History subject={`ticket_rules:${row.id}`} name={row.name} act="ticket_setup.changed" dirty={draft.dirty} {...(manage ? { restoreTo: shelfPath("rules", row.id) } : {})} />
          </>
        )
      }
      above={
        (row.stopped || row.broken) && (
          <Sentence tone="red">
            {row.stopped ? t("ticketAutomation.rules.stoppedWhy", { why: row.stopped }) : t("ticketAutomation.rules.brokenWhy", { why: row.broken })}
          </Sentence>
        )
      }
      sections={[
        {
          id: "general",
          title: t("ticketAutomation.rules.one"),
          paths: ["name", "description", "enabled"],
          content: (
            <>
              <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
              <TextAreaField path="description" label={t("ticketAutomation.rules.description")} description={t("ticketAutomation.rules.descriptionHint")} rows={2} value={value.description} onChange={(description) => set({ description })} />
              <SwitchField path="enabled" label={t("ticketAutomation.rules.enabled")} description={t("ticketAutomation.rules.enabledHint")} value={value.enabled} onChange={(enabled) => set({ enabled })} />
            </>
          ),
        },
        { id: "when", title: t("ticketAutomation.rules.when"), paths: ["events", "became", "clock", "timer"], content: <When value={value} set={set} /> },
        {
          id: "conditions",
          title: t("ticketAutomation.rules.conditions"),
          lead: t("ticketAutomation.rules.conditionsLead"),
          paths: ["conditions"],
          content: <Conditions path="conditions" value={value.conditions} fields={fields} empty={t("ticketAutomation.rules.everyTicket")} onChange={(conditions) => set({ conditions })} />,
        },
        {
          id: "acts",
          title: t("ticketAutomation.rules.acts"),
          lead: t("ticketAutomation.rules.actsLead"),
          paths: ["actions"],
          content: <Actions path="actions" actions={value.actions} stops={value.timer === null} onChange={(actions) => set({ actions })} />,
        },
      ]}
      below={
        manage && (
          <>
            <Trial id={isNew ? null : row.id} rule={ruleSettings(value)} ready={draft.count === 0} />
            {!isNew && <RemoveShelved what="rules" row={row} leaving={draft.leaving} />}
          </>
        )
      }
    />
  );
}
