import { Button, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { IconGavel } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { useQueueNames } from "../../../hooks/admin";
import { useHolds } from "../../../hooks/privacy";
import { may, useMe } from "../../../hooks/session";
import { useLocale } from "../../../hooks/words";
import { subjectOf, type Hold } from "../../../lib/admin/privacy";
import { request } from "../../../lib/api";
import { exact } from "../../../lib/time";
import { Answer, Part, useAct } from "./Privacy";
import styles from "./privacy.module.css";

export function Holds() {
  const { t } = useTranslation();
  const manage = may(useMe(), "privacy.hold");
  const query = useHolds();
  const [open, setOpen] = useState(false);
  return (
    <Part title={t("privacy.holds.title")} lead={t("privacy.holds.lead")}>
      <Answer query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon={<IconGavel size={32} stroke={1.5} aria-hidden />} title={t("privacy.holds.none")}>
              <p>{t("privacy.holds.noneText")}</p>
            </Empty>
          ) : (
            <List rows={rows} editable={manage} />
          )
        }
      </Answer>
      {manage && !open && (
        <div>
          <Button variant="default" onClick={() => setOpen(true)}>
            {t("privacy.holds.set")}
          </Button>
        </div>
      )}
      {manage && open && <Form onDone={() => setOpen(false)} />}
    </Part>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const queues = useQueueNames();
  const [of, setOf] = useState<"person" | "interactions">("person");
  const [number, setNumber] = useState("");
  const [queue, setQueue] = useState<string | null>(null);
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const [reason, setReason] = useState("");
  const said = of === "person" ? number.trim() !== "" : queue !== null || since !== "" || until !== "";
  const moment = (day: string) => (day ? new Date(`${day}T00:00`).toISOString() : null);
  const send = () => {
    const kind = number.includes("@") ? "email" : /[a-z]/i.test(number) ? "handle" : "phone";
    const body =
      of === "person"
        ? { reason, subject: subjectOf(kind, number) }
        : { reason, interactions: { queue, since: moment(since), until: moment(until) } };
    void act.run("set", () => request("POST", "/privacy/holds", { body })).then((done) => done && onDone());
  };
  return (
    <form
      className={styles.found}
      aria-label={t("privacy.holds.set")}
      onSubmit={(event) => {
        event.preventDefault();
        if (said && reason.trim()) send();
      }}
    >
      <SegmentedControl
        aria-label={t("privacy.holds.of")}
        value={of}
        onChange={(value) => setOf(value)}
        data={(["person", "interactions"] as const).map((value) => ({ value, label: t(`privacy.holds.${value}`) }))}
      />
      {of === "person" ? (
        <TextInput
          label={t("privacy.requests.value")}
          value={number}
          maxLength={320}
          autoComplete="off"
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
      ) : (
        <div className={styles.find}>
          <Select
            label={t("privacy.holds.queue")}
            placeholder={t("privacy.holds.any")}
            data={(queues.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
            value={queue}
            clearable
            searchable
            onChange={setQueue}
          />
          <TextInput type="date" label={t("privacy.holds.since")} value={since} onChange={(event) => setSince(event.currentTarget.value)} />
          <TextInput type="date" label={t("privacy.holds.until")} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        </div>
      )}
      <Textarea
        label={t("privacy.holds.reason")}
        value={reason}
        maxLength={2000}
        autosize
        withAsterisk
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {act.sentence}
      <div className="row wrap">
        <Button type="submit" disabled={!said || !reason.trim()} loading={act.busy === "set"}>
          {t("privacy.holds.set")}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

function List({ rows, editable }: { rows: readonly Hold[]; editable: boolean }) {
  const { t } = useTranslation();
  const act = useAct();
  const words = useHoldWords();
  return (
    <>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("privacy.holds.title")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("privacy.holds.what")}</th>
              <th scope="col">{t("privacy.holds.reason")}</th>
              <th scope="col">{t("privacy.holds.by")}</th>
              <th scope="col">{t("privacy.requests.state")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((hold) => (
              <tr key={hold.id}>
                <td>{words(hold)}</td>
                <td data-word={t("privacy.holds.reason")}>{hold.reason}</td>
                <td data-word={t("privacy.holds.by")}>
                  {hold.by} <div className="dim small"><Ago at={hold.made_at} /></div>
                </td>
                <td data-word={t("privacy.requests.state")}>
                  {hold.released_at === null ? (
                    <div className="row wrap">
                      <span>{t("privacy.holds.inForce")}</span>
                      {editable && (
                        <Button
                          size="compact-sm"
                          variant="default"
                          aria-label={t("privacy.holds.releaseOf", { reason: hold.reason })}
                          loading={act.busy === hold.id}
                          onClick={() => void act.run(hold.id, () => request("DELETE", `/privacy/holds/${hold.id}`))}
                        >
                          {t("privacy.holds.release")}
                        </Button>
                      )}
                    </div>
                  ) : (
                    <span className="dim">
                      {t("privacy.holds.released", { name: hold.released_by })} <Ago at={hold.released_at} />
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {act.sentence}
    </>
  );
}

function useHoldWords() {
  const { t } = useTranslation();
  const locale = useLocale();
  const queues = useQueueNames();
  return (hold: Hold): string => {
    if (hold.subject) return hold.subject.names.join(", ") || hold.subject.identities.join(", ");
    const of = hold.interactions;
    if (!of) return t("privacy.requests.forgotten");
    const queue = queues.data?.find((each) => each.id === of.queue)?.name ?? of.queue;
    const parts = [
      of.interaction && t("privacy.holds.interaction", { id: of.interaction }),
      queue && t("privacy.holds.queueIs", { queue }),
      of.agent && t("privacy.holds.agentIs", { agent: of.agent }),
      of.since && t("privacy.holds.sinceIs", { when: exact(of.since, locale) }),
      of.until && t("privacy.holds.untilIs", { when: exact(of.until, locale) }),
    ];
    return `${t("privacy.holds.interactions")}: ${parts.filter(Boolean).join(", ")}`;
  };
}
