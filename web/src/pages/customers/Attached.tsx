import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { may, useMe } from "../../hooks/session";
import { useProblemText } from "../../hooks/words";
import { request } from "../../lib/api";
import type { Customer } from "../../lib/customers";
import styles from "./customers.module.css";
import { Card } from "./parts";

/** Something done to a customer; what comes back is shown at once. */
function useAct(asked: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: { method: "POST" | "DELETE"; path: string; body?: unknown }) =>
      request<Customer | undefined>(method, `/customers/${encodeURIComponent(asked)}${path}`, { body }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["customer", asked] });
      void client.invalidateQueries({ queryKey: ["customers"] });
    },
  });
}

export function Notes({ customer, asked }: { customer: Customer; asked: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const act = useAct(asked);
  const [text, setText] = useState("");
  const add = () => act.mutate({ method: "POST", path: "/notes", body: { text } }, { onSuccess: () => setText("") });
  return (
    <Card title={t("customers.notes")}>
      {may(me, "customers.manage") && (
        <>
          <Textarea
            label={t("customers.note")}
            autosize
            minRows={2}
            maxLength={2000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button style={{ alignSelf: "flex-start" }} disabled={!text.trim()} loading={act.isPending} onClick={add}>
            {t("customers.addNote")}
          </Button>
        </>
      )}
      {act.isError && <Sentence tone="red">{t("customers.fail", { detail: problemText(act.error) })}</Sentence>}
      {customer.notes.length === 0 && <p className="dim">{t("customers.noNotes")}</p>}
      <ul className={styles.list}>
        {customer.notes.map((note) => (
          <li key={note.id}>
            <div className={styles.text} style={{ width: "100%" }}>
              {note.text}
            </div>
            <span className="dim small grow">
              <Ago at={note.at} /> {note.author && `· ${note.author.name}`}
            </span>
            {may(me, "customers.manage") && (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={t("customers.removeNote")}
                onClick={() => act.mutate({ method: "DELETE", path: `/notes/${note.id}` })}
              >
                <IconTrash size={16} aria-hidden />
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function Consents({ customer, asked }: { customer: Customer; asked: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const act = useAct(asked);
  const [kind, setKind] = useState("");
  const [version, setVersion] = useState("");
  const record = (given: boolean) =>
    act.mutate(
      { method: "POST", path: "/consents", body: { kind, given, channel: "agent", text_version: version } },
      { onSuccess: () => setKind("") },
    );
  return (
    <Card title={t("customers.consents")}>
      {customer.consents.length === 0 && <p className="dim">{t("customers.noConsents")}</p>}
      <ul className={styles.list}>
        {customer.consents.map((consent) => (
          <li key={consent.id}>
            <strong>{consent.kind}</strong>
            <span>{t(consent.given ? "customers.given" : "customers.withdrawn")}</span>
            <span className="dim small">
              <Ago at={consent.at} /> · {[consent.channel, consent.text_version, consent.recorded_by].filter(Boolean).join(" · ")}
            </span>
          </li>
        ))}
      </ul>
      {may(me, "customers.manage") && (
        <>
          <div className={styles.grid}>
            <TextInput label={t("customers.consentKind")} maxLength={64} value={kind} onChange={(event) => setKind(event.currentTarget.value)} />
            <TextInput
              label={t("customers.consentVersion")}
              maxLength={64}
              value={version}
              onChange={(event) => setVersion(event.currentTarget.value)}
            />
          </div>
          <div className="row wrap">
            <Button variant="default" disabled={!kind.trim()} loading={act.isPending} onClick={() => record(true)}>
              {t("customers.give")}
            </Button>
            <Button variant="default" disabled={!kind.trim()} loading={act.isPending} onClick={() => record(false)}>
              {t("customers.withdraw")}
            </Button>
          </div>
        </>
      )}
      {act.isError && <Sentence tone="red">{t("customers.fail", { detail: problemText(act.error) })}</Sentence>}
    </Card>
  );
}

export function Merged({ customer, asked }: { customer: Customer; asked: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const act = useAct(asked);
  return (
    <Card title={t("customers.merged")}>
      {act.isError && <Sentence tone="red">{t("customers.fail", { detail: problemText(act.error) })}</Sentence>}
      <ul className={styles.list}>
        {customer.merges.map((merge) => (
          <li key={merge.id}>
            <span className="grow">
              {t("customers.mergedBy", { name: merge.merged.name, by: merge.by })} · <Ago at={merge.at} />
            </span>
            {may(me, "customers.merge") && (
              <Button
                size="compact-sm"
                variant="default"
                loading={act.isPending}
                onClick={() => act.mutate({ method: "DELETE", path: `/merges/${merge.id}` })}
              >
                {t("customers.undoMerge")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
