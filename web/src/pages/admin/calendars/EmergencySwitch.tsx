import { Button, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { IconAlertOctagon, IconClockHour4 } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./calendars.module.css";
import { Sentence } from "../../../components/Sentence";
import { useMayManage, useWrite } from "../../../hooks/admin";
import { useNow } from "../../../hooks/now";
import { useLocale, useProblemText } from "../../../hooks/words";
import { Problem } from "../../../lib/api";
import { instantOf, isThrown, wallTime } from "../../../lib/admin/hours";
import type { Calendar, Emergency } from "../../../lib/admin/types";
import { Switched } from "./CalendarList";

/** Closed or open whatever the hours say; holds as soon as it is pressed, apart from what the form saves. */
export function EmergencySwitch({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const problemText = useProblemText();
  const manage = useMayManage();
  const write = useWrite();
  const now = useNow();
  const thrown = isThrown(calendar.emergency, now) ? calendar.emergency : null;
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const put = async (emergency: Emergency | null) => {
    setBusy(true);
    setProblem(null);
    try {
      await write.emergency(calendar.id, emergency);
      setAsking(false);
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
    } finally {
      setBusy(false);
    }
  };
  const until =
    thrown?.until &&
    new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: calendar.zone }).format(
      new Date(thrown.until),
    );
  return (
    <section
      className={`panel ${styles.emergency ?? ""}`}
      data-thrown={thrown ? (thrown.closed ? "closed" : "open") : "no"}
      aria-labelledby="emergency-title"
    >
      <div className="row wrap">
        <IconAlertOctagon size={24} aria-hidden />
        <div className="grow">
          <h2 id="emergency-title">{t("admin.emergency.title")}</h2>
          <div className="row wrap" role="status">
            <Switched calendar={calendar} />
            {thrown && <span className="small">{until ? t("admin.emergency.until", { time: until }) : t("admin.emergency.untilBack")}</span>}
          </div>
        </div>
        {manage && thrown && (
          <Button loading={busy} leftSection={<IconClockHour4 size={16} aria-hidden />} onClick={() => void put(null)}>
            {t("admin.emergency.back")}
          </Button>
        )}
        {manage && !thrown && !asking && (
          <Button
            color="red.9"
            leftSection={<IconAlertOctagon size={16} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            {t("admin.emergency.throw")}
          </Button>
        )}
      </div>
      {thrown?.message && <blockquote className={styles.quote}>{thrown.message}</blockquote>}
      {asking && !thrown && (
        <Ask zone={calendar.zone} before={calendar.emergency} problem={problem} busy={busy} onPut={put} onCancel={() => setAsking(false)} />
      )}
      {problem && <Sentence tone="red">{t("admin.notSaved", { detail: problemText(problem) })}</Sentence>}
    </section>
  );
}

interface AskProps {
  zone: string;
  before: Emergency | null;
  problem: Problem | null;
  busy: boolean;
  onPut: (emergency: Emergency) => Promise<void>;
  onCancel: () => void;
}

function Ask({ zone, before, problem, busy, onPut, onCancel }: AskProps) {
  const { t } = useTranslation();
  const now = useNow();
  const [closed, setClosed] = useState(true);
  const [message, setMessage] = useState(before?.message ?? "");
  const [until, setUntil] = useState("");
  const instant = until ? instantOf(until, zone) : null;
  const past = instant !== null && Date.parse(instant) <= now;
  const field = problem?.extra.field;
  return (
    <form
      className={styles.ask}
      onSubmit={(event) => {
        event.preventDefault();
        if (!past) void onPut({ closed, message: message.trim(), until: instant });
      }}
    >
      <SegmentedControl
        aria-label={t("admin.emergency.title")}
        value={closed ? "closed" : "open"}
        onChange={(value) => setClosed(value === "closed")}
        data={(["closed", "open"] as const).map((value) => ({ value, label: t(`admin.emergency.${value}`) }))}
      />
      {closed && (
        <Textarea
          label={t("admin.emergency.message")}
          description={t("admin.emergency.messageText")}
          autosize
          minRows={2}
          data-autofocus
          value={message}
          error={field === "message" ? problem?.message : undefined}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
      )}
      <TextInput
        type="datetime-local"
        label={t("admin.emergency.untilLabel", { zone })}
        description={t("admin.emergency.untilText")}
        min={wallTime(new Date(now).toISOString(), zone)}
        value={until}
        error={past ? t("admin.emergency.past") : field === "until" ? problem?.message : undefined}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      <div className="row wrap">
        <Button type="submit" color={closed ? "red.9" : "accent"} loading={busy} disabled={past}>
          {closed ? t("admin.emergency.closeNow") : t("admin.emergency.openNow")}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}
