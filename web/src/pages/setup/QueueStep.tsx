import { Anchor, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Sentence } from "../../components/Sentence";
import { useCalendars, useQueueNames, useSkills } from "../../hooks/admin";
import { useFlows, useHouseWrite } from "../../hooks/house";
import { get } from "../../lib/api";
import type { FlowFile } from "../../lib/house/types";
import type { StepProps } from "./Guide";
import { StepForm, useStep } from "./parts";

/** One queue, the skill it asks for, and the flow calls start in, leading there. */
export function QueueStep({ onDone }: StepProps) {
  const { t } = useTranslation();
  const write = useHouseWrite();
  const queues = useQueueNames();
  const skills = useSkills();
  const calendars = useCalendars();
  const flows = useFlows();
  const there = (queues.data?.length ?? 0) > 0;
  const [name, setName] = useState("");
  const [skill, setSkill] = useState("");
  const [lead, setLead] = useState(true);
  const leadTo = async (queue: string) => {
    const entry = flows.data?.find((flow) => flow.used_by.entry);
    if (!entry?.flow) return;
    const calendar = calendars.data?.[0]?.id ?? null;
    const body = { name: entry.flow, sample: calendar ? "hours" : "queue", queue, ...(calendar ? { calendar } : {}) };
    const { text } = await write.send<{ text: string }>("POST", "/flow-samples/filled", body);
    const now = await get<FlowFile>(`/flows/${encodeURIComponent(entry.file)}`);
    await write.send("PUT", `/flows/${encodeURIComponent(entry.file)}`, { text, digest: now.digest, note: t("house.guide.title") });
  };
  const step = useStep(async () => {
    if (!there) {
      const known = skills.data?.find((one) => one.name.toLocaleLowerCase() === skill.trim().toLocaleLowerCase());
      const asked = known ?? (skill.trim() ? await write.send<{ id: string }>("POST", "/skills", { name: skill.trim() }) : null);
      const queue = await write.send<{ id: string }>("POST", "/queues", {
        name: name.trim(),
        required_skills: asked ? [{ type: "skill", skill: asked.id, level: 1 }] : [],
      });
      if (lead) await leadTo(queue.id);
    }
    await onDone();
  });
  const loaded = [queues, skills, calendars, flows].every((query) => query.data !== undefined);
  return (
    <StepForm step={step} ready={loaded && (there || name.trim() !== "")} fields={["name"]}>
      {there ? (
        <Sentence tone="grey">
          {t("house.guide.queue.exists", {
            count: queues.data?.length ?? 0,
            names: (queues.data ?? []).map((queue) => queue.name).slice(0, 4).join(", "),
          })}{" "}
          <Anchor component={Link} to="/admin/queues" size="sm" c="inherit" underline="always">
            {t("house.guide.queue.more")}
          </Anchor>
        </Sentence>
      ) : (
        <>
          <TextInput
            label={t("house.guide.queue.name")}
            description={t("house.guide.queue.nameText")}
            maxLength={200}
            value={name}
            error={step.wrong("name")}
            onChange={(event) => {
              step.clear();
              setName(event.currentTarget.value);
            }}
          />
          <TextInput
            label={t("house.guide.queue.skill")}
            description={t("house.guide.queue.skillText")}
            maxLength={200}
            value={skill}
            onChange={(event) => setSkill(event.currentTarget.value)}
          />
          <Switch
            label={t("house.guide.queue.flow")}
            description={t("house.guide.queue.flowText")}
            checked={lead}
            onChange={(event) => setLead(event.currentTarget.checked)}
          />
          {calendars.data?.length === 0 && <Sentence tone="grey">{t("house.guide.queue.needsCalendar")}</Sentence>}
        </>
      )}
    </StepForm>
  );
}
