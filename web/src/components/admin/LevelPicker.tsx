import { useTranslation } from "react-i18next";
import { LEVELS } from "../../lib/admin/expression";
import styles from "./levels.module.css";
import { useId } from "react";

interface LevelPickerProps {
  name: string;
  value: number;
  onChange: (level: number) => void;
}

/** Levels 1 to 5 as a bar of steps: radio buttons underneath, so the arrow keys set it. */
export function LevelPicker({ name, value, onChange }: LevelPickerProps) {
  const { t } = useTranslation();
  const group = useId();
  return (
    <div className={styles.picker} role="radiogroup" aria-label={name}>
      {LEVELS.map((level) => (
        <label key={level} data-on={level <= value} title={t(`admin.level.${level}`)}>
          <input
            type="radio"
            name={group}
            checked={level === value}
            aria-label={t("admin.level.is", { level, word: t(`admin.level.${level}`) })}
            onChange={() => onChange(level)}
          />
        </label>
      ))}
      <span className={styles.pickerWord} aria-hidden>
        {value} · {LEVELS.some((level) => level === value) ? t(`admin.level.${value as 1}`) : ""}
      </span>
    </div>
  );
}
