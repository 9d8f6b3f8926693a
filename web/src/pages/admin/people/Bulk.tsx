import { Button, Select } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { options, useWrite } from "../../../hooks/admin";
import { personPath, useRoles, useTeams } from "../../../hooks/people";
import { useProblemText } from "../../../hooks/words";
import { draftOf, type Person, type PersonDraft } from "../../../lib/admin/people";
import { Problem } from "../../../lib/api";
import styles from "./people.module.css";

interface BulkProps {
  people: readonly Person[];
  onDone: () => void;
}

/** What can be done with all that are chosen; one after the other, and who could not be changed is named. */
export function Bulk({ people, onDone }: BulkProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const write = useWrite();
  const roles = useRoles().data;
  const teams = useTeams().data;
  const [done, setDone] = useState<number | null>(null);
  const [refusals, setRefusals] = useState<string[]>([]);
  const run = async (change: (draft: PersonDraft) => PersonDraft) => {
    const refused: string[] = [];
    for (const [index, person] of people.entries()) {
      setDone(index);
      try {
        await write.replace(personPath(person.id), change(draftOf(person)));
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem(500, "error", "", "");
        refused.push(t("setup.people.notChanged", { name: person.name, detail: problemText(problem) }));
      }
    }
    setDone(null);
    setRefusals(refused);
    onDone();
  };
  const busy = done !== null;
  return (
    <>
      {people.length > 0 && (
        <div className={`panel ${styles.bulk ?? ""}`} role="group" aria-label={t("setup.people.bulk")}>
          <span role="status">
            {busy ? t("setup.people.working", { done, count: people.length }) : t("setup.people.chosen", { count: people.length })}
          </span>
          <Button size="xs" variant="default" disabled={busy} leftSection={<IconCircleX size={16} aria-hidden />} onClick={() => void run((draft) => ({ ...draft, disabled: true }))}>
            {t("setup.people.disable")}
          </Button>
          <Button size="xs" variant="default" disabled={busy} leftSection={<IconCircleCheck size={16} aria-hidden />} onClick={() => void run((draft) => ({ ...draft, disabled: false }))}>
            {t("setup.people.enable")}
          </Button>
          <Choice
            word={t("setup.people.giveRole")}
            data={options(roles)}
            busy={busy}
            onChoose={(role) =>
              void run((draft) => ({ ...draft, roles: [...draft.roles.filter((held) => held.role !== role), { role, where: null }] }))
            }
          />
          <Choice
            word={t("setup.people.putInto")}
            data={options(teams)}
            busy={busy}
            onChoose={(team) => void run((draft) => ({ ...draft, teams: [...new Set([...draft.teams, team])] }))}
          />
        </div>
      )}
      {refusals.length > 0 && (
        <Sentence
          tone="red"
          action={
            <Button size="compact-sm" variant="default" onClick={() => setRefusals([])}>
              {t("common.close")}
            </Button>
          }
        >
          {refusals.map((refusal) => (
            <span key={refusal} style={{ display: "block" }}>
              {refusal}
            </span>
          ))}
        </Sentence>
      )}
    </>
  );
}

interface ChoiceProps {
  word: string;
  data: { value: string; label: string }[];
  busy: boolean;
  onChoose: (value: string) => void;
}

function Choice({ word, data, busy, onChoose }: ChoiceProps) {
  return (
    <Select
      size="xs"
      aria-label={word}
      placeholder={word}
      data={data}
      value={null}
      disabled={busy || data.length === 0}
      searchable={data.length > 8}
      limit={100}
      onChange={(value) => {
        if (value) onChoose(value);
      }}
    />
  );
}
