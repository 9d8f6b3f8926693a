import { Button, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { subjectOf, type SubjectBody } from "../../../lib/admin/privacy";
import styles from "./privacy.module.css";

const KINDS = ["phone", "email", "handle"] as const;
type Kind = (typeof KINDS)[number];

interface FindProps {
  word: string;
  busy: boolean;
  onFind: (subject: SubjectBody, value: string) => void;
}

/** Who it is about, by what a person has told. */
export function Find({ word, busy, onFind }: FindProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>("phone");
  const [value, setValue] = useState("");
  return (
    <form
      className={styles.find}
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim()) onFind(subjectOf(kind, value), value.trim());
      }}
    >
      <Select
        label={t("privacy.requests.kind")}
        data={KINDS.map((each) => ({ value: each, label: t(`privacy.requests.${each}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(chosen) => setKind((chosen ?? "phone"))}
      />
      <TextInput
        label={t("privacy.requests.value")}
        value={value}
        autoComplete="off"
        maxLength={320}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!value.trim()} loading={busy} leftSection={<IconSearch size={16} aria-hidden />}>
        {word}
      </Button>
    </form>
  );
}
