import { Button, TextInput } from "@mantine/core";
import { IconArrowBackUp, IconPhoneIncoming, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import adminStyles from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { useProblemText } from "../../../hooks/words";
import { request } from "../../../lib/api";
import { minutes } from "../../../lib/house/flows";
import type { Do, Doing, Trial } from "../../../lib/house/types";
import styles from "./flows.module.css";

/** Walks the flow with the person as the caller. The server is given all doings each time; going back drops the last. */
export function TryOut({ text, broken }: { text: string; broken: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [doings, setDoings] = useState<Doing[] | null>(null);
  const [at, setAt] = useState("");
  const [caller, setCaller] = useState("+4930123456");
  const moment = at ? new Date(at).toISOString() : null;
  const query = useQuery({
    queryKey: ["flow-trial", text, doings, moment, caller],
    queryFn: ({ signal }) => request<Trial>("POST", "/flow-trials", { body: { text, doings, at: moment, data: { caller } }, signal }),
    enabled: doings !== null && !broken,
    gcTime: 0,
    retry: false,
    placeholderData: (before) => before,
  });
  const trial = doings === null ? undefined : query.data;
  const act = (doing: Doing) => setDoings([...(doings ?? []), doing]);
  return (
    <section className={`panel ${adminStyles.section ?? ""}`} aria-labelledby="flow-try">
      <h2 id="flow-try">{t("house.flows.try")}</h2>
      <p className="dim">{t("house.flows.tryLead")}</p>
      <div className={styles.given}>
        <TextInput
          type="datetime-local"
          label={t("house.flows.tryAt")}
          description={t("house.flows.tryAtText")}
          inputWrapperOrder={["label", "input", "description"]}
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        <TextInput
          label={t("house.flows.tryCaller")}
          value={caller}
          maxLength={64}
          onChange={(event) => setCaller(event.currentTarget.value)}
        />
      </div>
      <div className="row wrap">
        <Button
          variant={doings === null ? "filled" : "default"}
          disabled={broken}
          leftSection={doings === null ? <IconPhoneIncoming size={16} aria-hidden /> : <IconRefresh size={16} aria-hidden />}
          onClick={() => setDoings([])}
        >
          {t(doings === null ? "house.flows.tryStart" : "house.flows.tryAgain")}
        </Button>
        {doings !== null && doings.length > 0 && (
          <Button variant="default" leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={() => setDoings(doings.slice(0, -1))}>
            {t("house.flows.tryBack")}
          </Button>
        )}
      </div>
      {query.error && doings !== null && <Sentence tone="red">{t("house.flows.tryFailed", { detail: problemText(query.error) })}</Sentence>}
      {trial && (
        <>
          <Log trial={trial} />
          <Acts trial={trial} onDo={act} />
        </>
      )}
    </section>
  );
}

function Log({ trial }: { trial: Trial }) {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => list.current?.scrollTo(0, list.current.scrollHeight), [trial]);
  return (
    <ol ref={list} className={styles.log} aria-label={t("house.flows.tryLog")} aria-live="polite" tabIndex={0}>
      {trial.entries.map((entry, index) => (
        <li key={index} data-kind={entry.kind}>
          <span className="num dim">{minutes(entry.at)}</span>
          <b>{t(`house.flows.kind.${entry.kind}` as "house.flows.kind.say")}</b>
          <span className="dim truncate">{entry.step}</span>
          <span>{entry.text}</span>
        </li>
      ))}
    </ol>
  );
}

function Acts({ trial, onDo }: { trial: Trial; onDo: (doing: Doing) => void }) {
  const { t } = useTranslation();
  const [keys, setKeys] = useState("");
  if (trial.outcome !== null) return <Sentence tone="grey">{t("house.flows.tryEnd", { outcome: trial.outcome })}</Sentence>;
  const others = trial.may.filter((one): one is Exclude<Do, "keys"> => one !== "keys");
  return (
    <div className={styles.acts}>
      {trial.may.length === 1 && <Sentence tone="green">{t("house.flows.tryConnected")}</Sentence>}
      {trial.may.includes("keys") && (
        <div
          className="row wrap"
          onKeyDown={(event) => {
            // Not the form around the page: here Enter presses the keys.
            if (event.key !== "Enter" || !keys) return;
            event.preventDefault();
            onDo({ do: "keys", keys });
            setKeys("");
          }}
        >
          <TextInput
            aria-label={t("house.flows.tryKeys")}
            placeholder="0–9 * #"
            inputMode="tel"
            w={140}
            value={keys}
            onChange={(event) => setKeys(event.currentTarget.value.replace(/[^0-9*#]/g, ""))}
          />
          <Button
            disabled={!keys}
            onClick={() => {
              onDo({ do: "keys", keys });
              setKeys("");
            }}
          >
            {t("house.flows.tryPress")}
          </Button>
        </div>
      )}
      <div className="row wrap">
        {others.map((one) => (
          <Button key={one} variant="default" onClick={() => onDo({ do: one })}>
            {t(`house.flows.do.${one}`)}
          </Button>
        ))}
      </div>
      <details>
        <summary>{t("house.flows.tryData")}</summary>
        <dl className={styles.data}>
          {Object.entries(trial.data).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{value || t("common.none")}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
