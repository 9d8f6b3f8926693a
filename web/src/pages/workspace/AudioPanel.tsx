import { Select } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../../hooks/live";
import { chooseInput, chooseOutput, devices, listDevices } from "../../lib/devices";
import { softphone } from "../../lib/phone";
import type { PhonePhase } from "../../lib/softphone";
import { watchLevel } from "../../lib/sound";
import styles from "./workspace.module.css";

const SYSTEM = "system";

/** Which microphone and speaker, and whether the microphone hears anything. */
export function AudioPanel({ muted, phase }: { muted: boolean; phase: PhonePhase }) {
  const { t } = useTranslation();
  const { inputs, outputs, input, output } = useStore(devices);
  useEffect(() => void listDevices(), []);
  const options = (list: { id: string; label: string }[]) => [
    { value: SYSTEM, label: t("call.systemDefault") },
    ...list.map((device, index) => ({
      value: device.id,
      label: device.label || t("call.deviceNumber", { number: index + 1 }),
    })),
  ];
  const known = (id: string, list: { id: string }[]) => (list.some((device) => device.id === id) ? id : SYSTEM);
  return (
    <section className={`panel ${styles.card ?? ""} stack`} aria-label={t("call.audio")}>
      <Select
        label={t("call.microphone")}
        allowDeselect={false}
        data={options(inputs)}
        value={known(input, inputs)}
        onChange={(value) => {
          chooseInput(value === SYSTEM ? "" : (value ?? ""));
          void softphone.changeMicrophone();
        }}
      />
      <LevelMeter muted={muted} phase={phase} />
      <Select
        label={t("call.speaker")}
        allowDeselect={false}
        data={options(outputs)}
        value={known(output, outputs)}
        onChange={(value) => chooseOutput(value === SYSTEM ? "" : (value ?? ""))}
      />
    </section>
  );
}

function LevelMeter({ muted, phase }: { muted: boolean; phase: PhonePhase }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const { input } = useStore(devices);
  useEffect(() => {
    const stream = softphone.microphone;
    if (!stream) return;
    return watchLevel(stream, (level) => {
      if (bar.current) bar.current.style.transform = `scaleX(${level.toFixed(2)})`;
    });
  }, [phase, input]);
  return (
    <div>
      <div className="dim small">{muted ? t("call.muted") : t("call.level")}</div>
      <div className={styles.meter} aria-hidden>
        <div ref={bar} />
      </div>
    </div>
  );
}
