import { Checkbox, Select, Switch, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import "../../i18n/notices";
import { Sentence } from "../../components/Sentence";
import { useKeepPreferences, usePreferences } from "../../hooks/notices";
import { Problem } from "../../lib/api";
import { DIGESTS, knownKind, type Preferences } from "../../lib/notices";
import styles from "./account.module.css";
import { Browsers } from "./Browsers";
import { Part, Wait } from "./Part";

const NIGHT = { begin: "20:00", end: "07:00" };
const WAYS = ["app", "mail", "push"] as const;

/** Where each kind of notice goes, and when mail may come. */
export function Notices() {
  const { t } = useTranslation();
  const query = usePreferences();
  const keep = useKeepPreferences();
  const here = useRef<HTMLDivElement>(null);
  const { hash } = useLocation();
  const ready = query.data !== undefined;
  useEffect(() => {
    if (hash === "#notices" && ready) here.current?.scrollIntoView({ block: "start" });
  }, [hash, ready]);
  const problem = keep.error instanceof Problem ? keep.error : null;
  return (
    <div ref={here} id="notices">
      <Part title={t("notices.preferences.title")} lead={t("notices.preferences.lead")} problem={problem}>
        <Wait query={query}>{(shown) => <Choices shown={shown} onChange={(now) => keep.mutate(now)} />}</Wait>
        <div role="status" aria-live="polite" className="dim small">
          {keep.isSuccess && t("notices.preferences.saved")}
        </div>
      </Part>
    </div>
  );
}

interface Props {
  shown: Preferences;
  onChange: (now: Preferences) => void;
}

function Choices({ shown, onChange }: Props) {
  const { t } = useTranslation();
  const set = (part: Partial<Preferences>) => onChange({ ...shown, ...part });
  return (
    <>
      {!shown.mail && <Sentence tone="grey">{t("notices.preferences.noMail")}</Sentence>}
      <Kinds shown={shown} onChange={onChange} />
      <Browsers />
      <div className={styles.choices}>
        <Select
          label={t("notices.preferences.digest")}
          description={t("notices.preferences.digestHelp")}
          allowDeselect={false}
          value={shown.digest}
          data={DIGESTS.map((value) => ({ value, label: t(`notices.preferences.digests.${value}`) }))}
          onChange={(value) => set({ digest: DIGESTS.find((each) => each === value) ?? "at_once" })}
        />
        {shown.digest === "daily" && (
          <Select
            label={t("notices.preferences.hour")}
            allowDeselect={false}
            value={String(shown.digest_hour)}
            data={Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${String(hour).padStart(2, "0")}:00` }))}
            onChange={(value) => set({ digest_hour: Number(value ?? 8) })}
          />
        )}
      </div>
      <Switch
        label={t("notices.preferences.quiet")}
        description={t("notices.preferences.quietHelp")}
        checked={shown.quiet !== null}
        onChange={(event) => set({ quiet: event.currentTarget.checked ? NIGHT : null })}
      />
      {shown.quiet && <QuietHours key={`${shown.quiet.begin}-${shown.quiet.end}`} quiet={shown.quiet} onChange={(quiet) => set({ quiet })} />}
      <div className={styles.choices}>
        <Select
          label={t("notices.preferences.timezone")}
          searchable
          allowDeselect={false}
          value={shown.timezone}
          data={[{ value: "", label: t("notices.preferences.ofHouse", { zone: shown.house_timezone }) }, ...zones(shown.timezone)]}
          onChange={(value) => set({ timezone: value ?? "" })}
        />
      </div>
    </>
  );
}

function zones(chosen: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return chosen && !known.includes(chosen) ? [chosen, ...known] : known;
}

function Kinds({ shown, onChange }: Props) {
  const { t } = useTranslation();
  const turn = (key: string, way: (typeof WAYS)[number], on: boolean) =>
    onChange({ ...shown, kinds: shown.kinds.map((each) => (each.key === key ? { ...each, [way]: on } : each)) });
  return (
    <table className={styles.kinds} aria-label={t("notices.preferences.kinds")}>
      <thead>
        <tr>
          <th scope="col">{t("notices.preferences.kinds")}</th>
          {WAYS.map((way) => (
            <th key={way} scope="col">
              {t(`notices.preferences.${way}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.kinds.map((kind) => {
          const name = t(`notices.preferences.name.${knownKind(kind.key)}`);
          return (
            <tr key={kind.key}>
              <th scope="row">{name}</th>
              {WAYS.map((way) => (
                <td key={way}>
                  <Checkbox
                    aria-label={`${name}: ${t(`notices.preferences.${way}`)}`}
                    checked={kind[way]}
                    disabled={way === "mail" && !shown.mail}
                    onChange={(event) => turn(kind.key, way, event.currentTarget.checked)}
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface QuietProps {
  quiet: { begin: string; end: string };
  onChange: (quiet: { begin: string; end: string }) => void;
}

/** Kept when a field is left: half a time is none. */
function QuietHours({ quiet, onChange }: QuietProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(quiet);
  const same = typed.begin === typed.end;
  const leave = () => {
    const changed = typed.begin !== quiet.begin || typed.end !== quiet.end;
    if (changed && !same && typed.begin && typed.end) onChange(typed);
  };
  return (
    <div className={styles.choices}>
      {(["begin", "end"] as const).map((side) => (
        <TextInput
          key={side}
          type="time"
          label={t(`notices.preferences.${side}`)}
          value={typed[side]}
          error={side === "end" && same ? t("notices.preferences.same") : null}
          onChange={(event) => setTyped({ ...typed, [side]: event.currentTarget.value })}
          onBlur={leave}
        />
      ))}
    </div>
  );
}
