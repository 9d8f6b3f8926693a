import { Button } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import styles from "./calendars.module.css";
import { TextField, Wrong } from "../../../components/admin/Fields";
import { Act } from "../../../components/admin/OrderedList";
import { SpanFields } from "../../../components/admin/Week";
import { useFields } from "../../../hooks/draft";
import { replaced, without } from "../../../lib/admin/draft";
import { nextSpan } from "../../../lib/admin/hours";
import type { CalendarException } from "../../../lib/admin/types";

interface ExceptionsProps {
  value: readonly CalendarException[];
  onChange: (value: CalendarException[]) => void;
}

/** Single days with hours of their own. */
export function Exceptions({ value, onChange }: ExceptionsProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  return (
    <div className="stack">
      {value.length === 0 && <p className="dim">{t("admin.calendars.noExceptions")}</p>}
      <ul className={styles.exceptions}>
        {value.map((exception, index) => (
          <li key={index}>
            <Exception
              at={`exceptions.${index}`}
              exception={exception}
              onChange={(changed) => onChange(replaced(value, index, changed))}
              onRemove={() => onChange(without(value, index))}
            />
          </li>
        ))}
      </ul>
      <Wrong path="exceptions" />
      {editable && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => onChange([...value, { date: "", name: "", spans: [] }])}
          >
            {t("admin.calendars.addException")}
          </Button>
        </div>
      )}
    </div>
  );
}

interface ExceptionProps {
  at: string;
  exception: CalendarException;
  onChange: (exception: CalendarException) => void;
  onRemove: () => void;
}

function Exception({ at, exception, onChange, onRemove }: ExceptionProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const name = exception.name || exception.date || t("admin.calendars.exception");
  return (
    <>
      <TextField
        path={`${at}.date`}
        type="date"
        label={t("admin.calendars.date")}
        value={exception.date}
        onChange={(date) => onChange({ ...exception, date })}
      />
      <TextField
        path={`${at}.name`}
        label={t("admin.name")}
        placeholder={t("admin.calendars.exceptionName")}
        value={exception.name}
        onChange={(typed) => onChange({ ...exception, name: typed })}
      />
      <div className={styles.exceptionHours}>
        <span className="dim small">
          {exception.spans.length === 0 ? t("admin.calendars.closedAllDay") : t("admin.calendars.openFrom")}
        </span>
        {exception.spans.map((span, index) => (
          <SpanFields
            key={index}
            path={`${at}.spans.${index}`}
            span={span}
            name={name}
            onChange={(changed) => onChange({ ...exception, spans: replaced(exception.spans, index, changed) })}
            onRemove={() => onChange({ ...exception, spans: without(exception.spans, index) })}
          />
        ))}
        {editable && (
          <div>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => onChange({ ...exception, spans: [...exception.spans, nextSpan(exception.spans)] })}
            >
              {t("admin.calendars.addHours")}
            </Button>
          </div>
        )}
      </div>
      {editable && (
        <Act word={t("admin.members.remove", { name })} onClick={onRemove}>
          <IconTrash size={16} aria-hidden />
        </Act>
      )}
    </>
  );
}
