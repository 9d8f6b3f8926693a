import { ActionIcon, Button, Switch, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQueue, useQueueNames } from "../../hooks/admin";
import { useHouseWrite } from "../../hooks/house";
import { useMe } from "../../hooks/session";
import { Problem } from "../../lib/api";
import type { StepProps } from "./Guide";
import { StepForm, useStep } from "./parts";
import styles from "./guide.module.css";

interface New {
  key: number;
  name: string;
  email: string;
}

/** Agents for the first queue: oneself, and people who are invited. */
export function PeopleStep({ guide, onDone }: StepProps) {
  const { t } = useTranslation();
  const me = useMe();
  const write = useHouseWrite();
  const queues = useQueueNames();
  const queue = useQueue(queues.data?.[0]?.id ?? null);
  const [self, setSelf] = useState(true);
  const [people, setPeople] = useState<New[]>([]);
  const [made, setMade] = useState<ReadonlySet<number>>(new Set());
  const [wrongAt, setWrongAt] = useState<number | null>(null);
  const open = people.filter((person) => !made.has(person.key));
  const complete = open.every((person) => person.name.trim() !== "" && person.email.trim() !== "");
  /** Into the first queue, with what it asks for. */
  const join = async (id: string) => {
    const first = queue.data;
    if (!first) return;
    const skills = first.required_skills.flatMap((asked) => (asked.type === "skill" ? [{ skill_id: asked.skill, level: asked.level }] : []));
    await write.send("PUT", `/agents/${encodeURIComponent(id)}/routing`, { skills, queues: [{ queue_id: first.id }] });
  };
  const step = useStep(async () => {
    setWrongAt(null);
    if (self) await join(me.id);
    for (const person of open) {
      try {
        const body = { name: person.name.trim(), email: person.email.trim(), roles: [{ role: "agent" }] };
        const added = await write.send<{ id: string }>("POST", "/users", body);
        await join(added.id);
        setMade((before) => new Set([...before, person.key]));
      } catch (error) {
        if (error instanceof Problem) setWrongAt(person.key);
        throw error;
      }
    }
    await onDone();
  });
  const change = (key: number, part: Partial<New>) => {
    step.clear();
    setPeople(people.map((person) => (person.key === key ? { ...person, ...part } : person)));
  };
  const trouble = (person: New, field: "name" | "email") => (wrongAt === person.key ? step.wrong(field) : undefined);
  return (
    <StepForm step={step} ready={queues.data !== undefined && complete} fields={["name", "email"]}>
      <p>{t("house.guide.people.count", { count: guide.facts.people })}</p>
      <Switch
        label={t("house.guide.people.me")}
        description={t("house.guide.people.meText")}
        checked={self}
        onChange={(event) => setSelf(event.currentTarget.checked)}
      />
      {open.map((person, index) => (
        <fieldset key={person.key} className={styles.person}>
          <legend>{t("house.guide.people.person", { number: index + 1 })}</legend>
          <TextInput
            label={t("house.guide.people.name")}
            value={person.name}
            error={trouble(person, "name")}
            onChange={(event) => change(person.key, { name: event.currentTarget.value })}
          />
          <TextInput
            label={t("house.guide.people.email")}
            type="email"
            value={person.email}
            error={trouble(person, "email")}
            onChange={(event) => change(person.key, { email: event.currentTarget.value })}
          />
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("house.guide.people.remove", { name: person.name || t("house.guide.people.person", { number: index + 1 }) })}
            onClick={() => setPeople(people.filter((other) => other.key !== person.key))}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </fieldset>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setPeople([...people, { key: Date.now() + people.length, name: "", email: "" }])}
        >
          {t("house.guide.people.add")}
        </Button>
      </div>
      {open.length > 0 && <p className="dim small">{t("house.guide.people.mail")}</p>}
    </StepForm>
  );
}
