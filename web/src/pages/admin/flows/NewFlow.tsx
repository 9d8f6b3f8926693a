import "../../../i18n/house";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { ChoiceField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { options, useCalendars, useQueueNames } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { useFlows, useFlowSamples, useHouseWrite } from "../../../hooks/house";
import { may, useMe } from "../../../hooks/session";
import { isTaken } from "../../../lib/admin/hours";
import type { Troubles } from "../../../lib/admin/types";
import type { Named } from "../../../lib/contract";
import type { FlowFile, FlowRow, FlowSample } from "../../../lib/house/types";
import NotFound from "../../NotFound";
import { Loaded } from "../Loaded";

export function NewFlow() {
  const { t } = useTranslation();
  const back = { to: "/admin/flows", word: t("admin.area.flows") };
  const queries = [useFlows(), useFlowSamples(), useQueueNames(), useCalendars()] as const;
  if (!may(useMe(), "flows.manage")) return <NotFound />;
  return (
    <Loaded queries={queries} back={back}>
      {(flows, samples, queues, calendars) => <Form flows={flows} samples={samples} queues={queues} calendars={calendars} />}
    </Loaded>
  );
}

interface FormProps {
  flows: readonly FlowRow[];
  samples: readonly FlowSample[];
  queues: readonly Named[];
  calendars: readonly Named[];
}

function Form({ flows, samples, queues, calendars }: FormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useHouseWrite();
  const back = { to: "/admin/flows", word: t("admin.area.flows") };
  const troubles = useCallback(
    (value: { name: string }): Troubles => {
      if (!value.name.trim()) return { name: { key: "nameMissing" } };
      if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(value.name.trim())) return { name: { key: "flowName" } };
      return isTaken(value.name, flows.flatMap((flow) => flow.flow ?? [])) ? { name: { key: "nameTaken" } } : {};
    },
    [flows],
  );
  const draft = useDraft({
    saved: START,
    editable: true,
    troubles,
    save: async (value) => {
      const made = await write.send<FlowFile>("POST", "/flows", {
        name: value.name.trim(),
        sample: value.sample,
        ...(value.queue ? { queue: value.queue } : {}),
        ...(value.calendar ? { calendar: value.calendar } : {}),
      });
      draft.leaving.current = true;
      await navigate(`/admin/flows/${encodeURIComponent(made.file)}`);
    },
  });
  const sample = samples.find((one) => one.id === draft.value.sample);
  return (
    <FormPage
      title={t("house.flows.new")}
      back={back}
      draft={draft}
      isNew
      sections={[
        {
          id: "general",
          title: t("house.flows.flow"),
          lead: t("house.flows.newLead"),
          paths: ["name", "sample", "queue", "calendar"],
          content: (
            <>
              <TextField
                path="name"
                label={t("house.flows.name")}
                description={t("house.flows.nameText")}
                required
                autoFocus
                value={draft.value.name}
                onChange={(name) => draft.set({ name })}
              />
              <ChoiceField
                path="sample"
                label={t("house.flows.sample")}
                description={sample?.summary ?? ""}
                value={draft.value.sample}
                options={samples.map((one) => ({ value: one.id, label: one.title }))}
                onChange={(id) => draft.set({ sample: id ?? "queue" })}
              />
              <ChoiceField
                path="queue"
                label={t("house.flows.queue")}
                value={draft.value.queue ?? queues[0]?.id ?? null}
                options={options(queues)}
                onChange={(queue) => draft.set({ queue })}
              />
              {sample?.needs_calendar && (
                <ChoiceField
                  path="calendar"
                  label={t("house.flows.calendar")}
                  value={draft.value.calendar ?? calendars[0]?.id ?? null}
                  options={options(calendars)}
                  onChange={(calendar) => draft.set({ calendar })}
                />
              )}
            </>
          ),
        },
      ]}
    />
  );
}

const START: { name: string; sample: string; queue: string | null; calendar: string | null } = {
  name: "",
  sample: "queue",
  queue: null,
  calendar: null,
};
