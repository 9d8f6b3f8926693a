import { Button, Progress, TextInput } from "@mantine/core";
import { IconFileZip, IconTrash, IconUserShield } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DownloadButton } from "../../../components/DownloadButton";
import { Empty, Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { usePrivacyRequests } from "../../../hooks/privacy";
import { may, useMe } from "../../../hooks/session";
import { useLocale } from "../../../hooks/words";
import type { Preview, PrivacyRequest, SubjectBody } from "../../../lib/admin/privacy";
import { request } from "../../../lib/api";
import { exact } from "../../../lib/time";
import { Find } from "./Find";
import { Answer, Part, useAct } from "./Privacy";
import styles from "./privacy.module.css";

interface Found {
  preview: Preview;
  body: SubjectBody;
  value: string;
}

export function Requests() {
  const { t } = useTranslation();
  const me = useMe();
  const act = useAct();
  const [found, setFound] = useState<Found | null>(null);
  const look = (body: SubjectBody, value: string) =>
    void act
      .run("look", () => request<Preview>("POST", "/privacy/preview", { body }))
      .then((preview) => setFound(preview ? { preview, body, value } : null));
  return (
    <Part title={t("privacy.requests.title")} lead={t("privacy.requests.lead")}>
      {may(me, "privacy.export", "privacy.erase") && (
        <Find word={t("privacy.requests.look")} busy={act.busy === "look"} onFind={look} />
      )}
      {act.sentence}
      {found && <Whom key={found.value} found={found} onAsked={() => setFound(null)} />}
      <h3>{t("privacy.requests.list")}</h3>
      <List />
    </Part>
  );
}

function Whom({ found, onAsked }: { found: Found; onAsked: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const act = useAct();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const { preview, body, value } = found;
  const rows = preview.counts.filter((each) => each.count > 0);
  const ask = (path: string) =>
    void act.run(path, () => request("POST", path, { body: { subject: body, reason } })).then((done) => {
      if (done) onAsked();
    });
  return (
    <div className={styles.found}>
      <div>
        <strong>{preview.subject.names.join(", ") || t("privacy.requests.noName")}</strong>
        <p className="dim small">{t("privacy.requests.by", { identities: preview.subject.identities.join(", ") })}</p>
      </div>
      {rows.length === 0 && <Sentence tone="grey">{t("privacy.requests.nobody")}</Sentence>}
      {rows.length > 0 && (
        <ul className={styles.counts}>
          {rows.map((each) => (
            <li key={each.kind}>
              <b>{each.count}</b> {t(`privacy.words.${each.kind}` as "privacy.words.users", { defaultValue: each.words })}
            </li>
          ))}
        </ul>
      )}
      {preview.blocked && <Sentence tone="amber">{preview.blocked}</Sentence>}
      <TextInput
        label={t("privacy.requests.reason")}
        value={reason}
        maxLength={2000}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="row wrap">
        {may(me, "privacy.export") && (
          <Button
            leftSection={<IconFileZip size={16} aria-hidden />}
            loading={act.busy === "/privacy/exports"}
            onClick={() => ask("/privacy/exports")}
          >
            {t("privacy.requests.export")}
          </Button>
        )}
        {may(me, "privacy.erase") && typed === null && (
          <Button
            variant="subtle"
            color="red"
            c="var(--cc-red)"
            disabled={preview.blocked !== null}
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => setTyped("")}
          >
            {t("privacy.requests.erase")}
          </Button>
        )}
      </div>
      {typed !== null && (
        <form
          className={styles.danger}
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() === value) ask("/privacy/erasures");
          }}
        >
          <p>{t("privacy.requests.eraseText")}</p>
          <TextInput
            label={t("privacy.requests.type", { value })}
            value={typed}
            autoComplete="off"
            data-autofocus
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <div className="row wrap">
            <Button
              type="submit"
              color="red.9"
              disabled={typed.trim() !== value}
              loading={act.busy === "/privacy/erasures"}
              leftSection={<IconTrash size={16} aria-hidden />}
            >
              {t("privacy.requests.confirm")}
            </Button>
            <Button variant="default" onClick={() => setTyped(null)}>
              {t("common.cancel")}
            </Button>
          </div>
        </form>
      )}
      {act.sentence}
    </div>
  );
}

function List() {
  const { t } = useTranslation();
  const query = usePrivacyRequests();
  return (
    <Answer query={query}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty icon={<IconUserShield size={32} stroke={1.5} aria-hidden />} title={t("privacy.requests.none")}>
            <p>{t("privacy.requests.noneText")}</p>
          </Empty>
        ) : (
          <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("privacy.requests.list")}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t("privacy.requests.what")}</th>
                  <th scope="col">{t("privacy.requests.who")}</th>
                  <th scope="col">{t("privacy.requests.state")}</th>
                  <th scope="col">{t("privacy.requests.asked")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row key={row.id} row={row} />
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Answer>
  );
}

function Row({ row }: { row: PrivacyRequest }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const me = useMe();
  const what = t(`privacy.requests.kinds.${row.kind}`);
  return (
    <tr>
      <td>{what}</td>
      <td data-word={t("privacy.requests.who")}>
        {row.subject ? (
          <>
            {row.subject.names.join(", ") || row.subject.identities[0]}
            {row.reason && <div className="dim small">{row.reason}</div>}
          </>
        ) : (
          <span className="dim">{t("privacy.requests.forgotten")}</span>
        )}
      </td>
      <td className={styles.state} data-word={t("privacy.requests.state")}>
        <span>{t(`privacy.requests.states.${row.state}`)}</span>
        {row.state === "running" && (
          <Progress value={row.progress * 100} size="sm" aria-label={t("privacy.requests.progress", { what })} />
        )}
        {row.problem && <div className="dim small">{row.problem}</div>}
        {row.kind === "export" && row.state === "done" && may(me, "privacy.export") && (
          <div className="row wrap">
            <DownloadButton size="compact-sm" path={`/privacy/requests/${row.id}/download`} word={t("privacy.requests.download")} />
            {row.expires_at && (
              <span className="dim small">{t("privacy.requests.until", { when: exact(row.expires_at, locale) })}</span>
            )}
          </div>
        )}
      </td>
      <td data-word={t("privacy.requests.asked")}>
        <Ago at={row.asked_at} />
        {row.by && <div className="dim small">{t("privacy.requests.askedBy", { name: row.by })}</div>}
      </td>
    </tr>
  );
}
