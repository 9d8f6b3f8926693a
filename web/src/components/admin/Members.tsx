import { Select } from "@mantine/core";
import { IconUserPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useFields } from "../../hooks/draft";
import { replaced, without } from "../../lib/admin/draft";
import type { Member } from "../../lib/admin/types";
import type { Named } from "../../lib/contract";
import admin from "./admin.module.css";
import styles from "./members.module.css";
import { NumberField, Wrong } from "./Fields";
import { Act } from "./OrderedList";

interface MembersProps {
  value: readonly Member[];
  agents: readonly Named[];
  onChange: (value: Member[]) => void;
}

export function Members({ value, agents, onChange }: MembersProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const free = agents.filter((agent) => !value.some((member) => member.agent_id === agent.id));
  const add = (id: string | null) => {
    const agent = free.find((other) => other.id === id);
    if (agent) onChange([...value, { agent_id: agent.id, name: agent.name, tier: 1, position: value.length, weight: 1 }]);
  };
  return (
    <div className="stack">
      {value.length === 0 ? (
        <p className="dim">{t("admin.members.none")}</p>
      ) : (
        <Places
          path="members"
          rows={value.map((member) => ({
            ...member,
            label: <Link to={`/admin/agents/${encodeURIComponent(member.agent_id)}`}>{member.name}</Link>,
            word: member.name,
          }))}
          onChange={(index, place) => {
            const member = value[index];
            if (member) onChange(replaced(value, index, { ...member, ...place }));
          }}
          onRemove={(index) => onChange(without(value, index))}
          word={t("admin.members.agent")}
        />
      )}
      {editable && (
        <Select
          key={value.length}
          className={admin.add ?? ""}
          aria-label={t("admin.members.add")}
          placeholder={t("admin.members.add")}
          leftSection={<IconUserPlus size={16} aria-hidden />}
          data={free.map((agent) => ({ value: agent.id, label: agent.name }))}
          value={null}
          searchable
          limit={100}
          disabled={free.length === 0}
          nothingFoundMessage={t("admin.noMatch")}
          onChange={add}
        />
      )}
    </div>
  );
}

interface Place {
  tier: number;
  position: number;
  weight: number;
}

interface PlacesProps {
  path: string;
  rows: readonly (Place & { label: React.ReactNode; word: string })[];
  onChange: (index: number, place: Partial<Place>) => void;
  onRemove: (index: number) => void;
  /** What a row is: an agent of a queue, or a queue of an agent. */
  word: string;
}

/** Who stands where: tier, position and weight of each. */
export function Places({ path, rows, onChange, onRemove, word }: PlacesProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const field = (index: number, key: keyof Place, name: string, decimals = 0) => (
    <NumberField
      path={`${path}.${index}.${key}`}
      name={t("admin.members.of", { field: t(`admin.members.${key}`), name })}
      decimals={decimals}
      value={rows[index]?.[key] ?? Number.NaN}
      onChange={(typed) => onChange(index, { [key]: typed ?? Number.NaN })}
    />
  );
  return (
    <>
      <table className={`table ${styles.places ?? ""}`}>
        <thead>
          <tr>
            <th scope="col">{word}</th>
            <th scope="col">{t("admin.members.tier")}</th>
            <th scope="col">{t("admin.members.position")}</th>
            <th scope="col">{t("admin.members.weight")}</th>
            {editable && <td />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.word + String(index)}>
              <th scope="row">
                {row.label}
                <Wrong path={`${path}.${index}`} />
              </th>
              <td data-word={t("admin.members.tier")}>{field(index, "tier", row.word)}</td>
              <td data-word={t("admin.members.position")}>{field(index, "position", row.word)}</td>
              <td data-word={t("admin.members.weight")}>{field(index, "weight", row.word, 2)}</td>
              {editable && (
                <td>
                  <Act word={t("admin.members.remove", { name: row.word })} onClick={() => onRemove(index)}>
                    <IconX size={16} aria-hidden />
                  </Act>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim small">{t("admin.members.text")}</p>
    </>
  );
}
