import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Card, Notice } from "../kit";
import { useHouse, useMoment } from "../session";
import { useAct } from "./act";
import { Unsent } from "./Held";
import { Leave } from "./Leave";
import { Reply } from "./Reply";
import { StatusLine } from "./StatusLine";
import { Thread } from "./Thread";
import type { FieldValue, RequestOut, Way } from "./types";

interface Props {
  shown: RequestOut;
  way: Way;
  onChange: (now: RequestOut) => void;
}

/** One request: how far it has come, what was said, and what the customer may do now. */
export function Detail({ shown, way, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  return (
    <>
      {shown.joined_other && <JoinedOther number={shown.number} />}
      {shown.includes.length > 0 && <Notice tone="grey">{t("portal.tickets.includes", { count: shown.includes.length, numbers: shown.includes.join(", ") })}</Notice>}
      {!shown.joined_other && <StatusLine step={shown.step} />}
      {shown.waits && shown.can_reply && <Notice tone="amber">{t("portal.tickets.waits")}</Notice>}
      <Decision shown={shown} way={way} onChange={onChange} />
      <Thread messages={shown.messages} way={way} />
      {shown.can_reply ? (
        <Reply {...(shown.step === "solved" ? { hint: t("portal.tickets.takesUp") } : {})} way={way} text={text} onText={setText} onChange={onChange} />
      ) : (
        <>
          {!shown.joined && !shown.joined_other && <Notice tone="grey">{t("portal.tickets.closed")}</Notice>}
          <Unsent text={text} why={t("portal.tickets.unsent.closed")} />
        </>
      )}
      <Leave typing={text.trim() !== ""} />
      <About shown={shown} />
    </>
  );
}

/** Where it goes on cannot be shown: somebody else asks there. */
function JoinedOther({ number }: { number: string }) {
  const { t } = useTranslation();
  const { name: house } = useHouse();
  return (
    <Notice tone="grey">
      <strong>{t("portal.tickets.joinedOther")}</strong>
      <p>{house ? t("portal.tickets.joinedOtherHouse", { house, number }) : t("portal.tickets.joinedOtherUs", { number })}</p>
    </Notice>
  );
}

function Decision({ shown, way, onChange }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  if (!shown.can_confirm && !shown.can_reopen) return null;
  const go = async (name: string, work: () => Promise<RequestOut>) => {
    const done = await act.run(name, work);
    if (done) onChange(done.value);
  };
  return (
    <section className="panel p-form" aria-label={t("portal.tickets.solvedQuestion")}>
      <p>{t("portal.tickets.solvedQuestion")}</p>
      {act.trouble && <Notice tone="red">{act.trouble}</Notice>}
      <div className="p-buttons">
        {shown.can_confirm && (
          <Button busy={act.busy === "confirm"} disabled={act.busy !== ""} onClick={() => void go("confirm", way.confirm)}>
            {t("portal.tickets.confirm")}
          </Button>
        )}
        {shown.can_reopen && (
          <Button tone="plain" busy={act.busy === "reopen"} disabled={act.busy !== ""} onClick={() => void go("reopen", way.reopen)}>
            {t("portal.tickets.reopen")}
          </Button>
        )}
      </div>
    </section>
  );
}

function About({ shown }: { shown: RequestOut }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const said = (value: FieldValue) =>
    Array.isArray(value) ? value.join(", ") : typeof value === "boolean" ? t(value ? "portal.tickets.yes" : "portal.tickets.no") : String(value);
  return (
    <Card title={t("portal.tickets.about")}>
      <dl className="pt-about">
        <Pair name={t("portal.tickets.number")} value={shown.number} />
        {shown.type && <Pair name={t("portal.tickets.kind")} value={shown.type} />}
        {shown.state && !shown.joined_other && <Pair name={t("portal.tickets.state")} value={shown.state} />}
        <Pair name={t("portal.tickets.made")} value={moment(shown.made_at)} />
        {shown.fields.map((field) => (
          <Pair key={field.name} name={field.name} value={said(field.value)} />
        ))}
      </dl>
    </Card>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="dim small">{name}</dt>
      <dd className="p-value">{value}</dd>
    </div>
  );
}
