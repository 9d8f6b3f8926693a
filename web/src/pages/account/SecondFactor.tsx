import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useAct, useSecurity } from "../../hooks/account";
import { useLocale } from "../../hooks/words";
import type { Enrolment, Security } from "../../lib/account";
import { request } from "../../lib/api";
import styles from "./account.module.css";
import { AppPicture, RecoveryCodes } from "./Codes";
import { Part, Wait } from "./Part";

type Act = ReturnType<typeof useAct>;

export function SecondFactor() {
  const { t } = useTranslation();
  const security = useSecurity();
  const act = useAct();
  return (
    <>
      <Part title={t("account.factor.title")} lead={t("account.factor.lead")} problem={act.problem}>
        <Wait query={security}>{(data) => <App security={data} act={act} />}</Wait>
      </Part>
      {security.data && security.data.second_factor !== "off" && <Devices security={security.data} />}
    </>
  );
}

function App({ security, act }: { security: Security; act: Act }) {
  const { t } = useTranslation();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  if (security.second_factor === "off") return <p>{t("account.factor.off")}</p>;
  if (codes) return <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />;
  if (enrolment)
    return (
      <Confirm
        enrolment={enrolment}
        busy={act.busy}
        onCancel={() => setEnrolment(null)}
        onCode={(code) =>
          void act.run(async () => {
            const made = await request<{ recovery_codes: string[] }>("PUT", "/account/second-factor", { body: { code } });
            setEnrolment(null);
            setCodes(made.recovery_codes);
          })
        }
      />
    );
  const begin = () => act.run(async () => setEnrolment(await request<Enrolment>("POST", "/account/second-factor")));
  const renew = () =>
    act.run(async () =>
      setCodes((await request<{ recovery_codes: string[] }>("POST", "/account/recovery-codes")).recovery_codes),
    );
  return (
    <>
      {security.second_factor === "required" && <Sentence tone="grey">{t("account.factor.required")}</Sentence>}
      <p>
        {security.totp ? t("account.factor.on") : t("account.factor.none")}{" "}
        {security.totp && t("account.factor.codesLeft", { count: security.recovery_codes })}
      </p>
      <div className="row wrap">
        <Button variant={security.totp ? "default" : "filled"} loading={act.busy} onClick={() => void begin()}>
          {security.totp ? t("account.factor.another") : t("account.factor.begin")}
        </Button>
        {security.totp && (
          <>
            <Button variant="default" disabled={act.busy} onClick={() => void renew()}>
              {t("account.factor.newCodes")}
            </Button>
            <Button
              variant="subtle"
              c="var(--cc-red)"
              disabled={act.busy}
              onClick={() => void act.run(() => request("DELETE", "/account/second-factor"))}
            >
              {t("account.factor.remove")}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

interface ConfirmProps {
  enrolment: Enrolment;
  busy: boolean;
  onCode: (code: string) => void;
  onCancel: () => void;
}

function Confirm({ enrolment, busy, onCode, onCancel }: ConfirmProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length >= 6 && !busy) onCode(code);
      }}
    >
      <p>{t("account.factor.scan")}</p>
      <AppPicture enrolment={enrolment} />
      <TextInput
        className={styles.form ?? ""}
        label={t("account.factor.code")}
        description={t("account.factor.codeHint")}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <div className="row wrap">
        <Button type="submit" loading={busy} disabled={code.length < 6}>
          {t("account.factor.confirm")}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t("account.factor.cancel")}
        </Button>
      </div>
    </form>
  );
}

function Devices({ security }: { security: Security }) {
  const { t } = useTranslation();
  const { busy, problem, run } = useAct();
  const date = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium" });
  return (
    <Part title={t("account.devices.title")} lead={t("account.devices.lead")} problem={problem}>
      {security.devices.length === 0 ? (
        <p className="dim">{t("account.devices.none")}</p>
      ) : (
        <ul className={styles.list}>
          {security.devices.map((device) => (
            <li key={device.id}>
              <span>{device.device || t("account.sessions.unknown")}</span>
              <span className="dim small grow">
                {device.address} · {t("account.devices.until", { date: date.format(new Date(device.expires_at)) })}
              </span>
              <Button
                size="compact-sm"
                variant="default"
                disabled={busy}
                onClick={() => void run(() => request("DELETE", `/account/devices/${device.id}`))}
              >
                {t("account.devices.forget")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}
