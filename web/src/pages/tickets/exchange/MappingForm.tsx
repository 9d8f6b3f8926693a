import { Select, TextInput } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { FieldMapping } from "../../../components/FieldMapping";
import { becomes, guesses, ORIGIN, sortedValues, withField, withValue, type FoundValues, type Import, type Mapping } from "../../../lib/tickets/exchange";
import type { Priority, TicketChannel } from "../../../lib/tickets/types";
import styles from "./exchange.module.css";
import { useTargetWord } from "./parts";

interface FormProps {
  of: Import;
  mapping: Mapping;
  disabled: boolean;
  onChange: (mapping: Mapping) => void;
}

/** What a ticket must have. */
const MUST = new Set(["state", "type", "priority"]);

/** What of the file becomes what: its fields, and the values that have a name here. */
export function MappingForm({ of, mapping, disabled, onChange }: FormProps) {
  const { t } = useTranslation();
  const good = ORIGIN.test(mapping.origin);
  const open = guesses(mapping, of.values);
  return (
    <>
      <Fields of={of} mapping={mapping} disabled={disabled} onChange={onChange} />
      {of.values.length > 0 && (
        <section className={`panel ${styles.card ?? ""}`} aria-labelledby="import-values">
          <div>
            <h2 id="import-values">{t("ticketExchange.import.values")}</h2>
            <p className="dim">
              {t("ticketExchange.import.valuesLead")} {open > 0 ? t("ticketExchange.import.valuesOpen", { count: open }) : t("ticketExchange.import.allSure")}.
            </p>
          </div>
          {of.values.map((each) => (
            <Values key={each.target} found={each} mapping={mapping} disabled={disabled} onChange={onChange} />
          ))}
        </section>
      )}
      <section className={`panel ${styles.card ?? ""}`}>
        <TextInput
          className={styles.narrow ?? ""}
          label={t("ticketExchange.import.origin")}
          description={t("ticketExchange.import.originText")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={mapping.origin}
          disabled={disabled}
          error={good ? null : t("ticketExchange.import.originBad")}
          onChange={(event) => onChange({ ...mapping, origin: event.currentTarget.value })}
        />
      </section>
    </>
  );
}

function Fields({ of, mapping, disabled, onChange }: FormProps) {
  const { t } = useTranslation();
  const word = useTargetWord();
  const own = of.targets.filter((target) => target.startsWith("field."));
  const usual = of.targets.filter((target) => !target.startsWith("field."));
  const items = (targets: readonly string[]) => targets.map((value) => ({ value, label: word(value) }));
  const data = [
    { group: t("ticketExchange.import.usual"), items: items(usual) },
    ...(own.length > 0 ? [{ group: t("ticketExchange.import.own"), items: items(own) }] : []),
  ];
  const fixed = of.fields.filter((field) => field.fixed);
  const free = of.fields.filter((field) => !field.fixed);
  const left = free.filter((field) => !mapping.fields[field.name]).length;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-labelledby="import-fields">
      <div>
        <h2 id="import-fields">{t("ticketExchange.import.fields")}</h2>
        <p className="dim">
          {free.length > 0 ? t("ticketExchange.import.fieldsLead") : t("ticketExchange.import.noFields")} {left > 0 && t("ticketExchange.import.left", { count: left })}{" "}
          {fixed.length > 0 && t("ticketExchange.import.fixed", { names: fixed.map((field) => word(mapping.fields[field.name] ?? field.name)).join(", ") })}
        </p>
      </div>
      <FieldMapping
        fields={free.map((field) => ({
          key: field.name,
          name: field.name,
          examples: field.examples.join(" · ") || t("ticketExchange.import.examples"),
          becomes: mapping.fields[field.name] ?? "",
        }))}
        data={data}
        label={(name) => t("ticketExchange.import.takeAs", { name })}
        leftOut={t("ticketExchange.import.leftOut")}
        nothingFound={t("ticketExchange.import.nothingFound")}
        disabled={disabled}
        onChange={(name, target) => onChange(withField(mapping, name, target))}
      />
    </section>
  );
}

const SHOWN = 100;

function Values({ found, mapping, disabled, onChange }: { found: FoundValues; mapping: Mapping; disabled: boolean; onChange: (mapping: Mapping) => void }) {
  const { t } = useTranslation();
  const word = useTargetWord();
  const must = MUST.has(found.target);
  const named = (id: string, name: string) => {
    if (found.target === "priority") return t(`tickets.priorityOf.${id as Priority}`);
    return found.target === "channel" ? t(`tickets.channelOf.${id as TicketChannel}`) : name;
  };
  const choices = found.choices.map((each) => ({ value: each.id, label: named(each.id, each.name) }));
  return (
    <div className={styles.target}>
      <h3>{word(found.target)}</h3>
      <ul className={styles.pairs}>
        {sortedValues(found.values)
          .slice(0, SHOWN)
          .map((value) => {
            const now = becomes(mapping, found.target, value);
            return (
              <li key={value.value}>
                <div className={styles.value}>
                  <b className="truncate">{value.label || value.value}</b>
                  <span className="row small" style={{ gap: 8 }}>
                    <span className="dim">{t("ticketExchange.import.times", { count: value.count })}</span>
                    {!now.sure && (
                      <span className={styles.guess}>
                        <IconHelpCircle size={14} aria-hidden />
                        {t("ticketExchange.import.guess")}
                      </span>
                    )}
                  </span>
                </div>
                <Select
                  aria-label={t("ticketExchange.import.valueBecomes", { value: value.label || value.value })}
                  placeholder={t("ticketExchange.import.nothing")}
                  data={choices}
                  value={now.becomes || null}
                  searchable
                  clearable={!must}
                  allowDeselect={!must}
                  disabled={disabled}
                  nothingFoundMessage={t("ticketExchange.import.nothingFound")}
                  onChange={(chosen) => onChange(withValue(mapping, found.target, value.value, chosen ?? ""))}
                />
              </li>
            );
          })}
      </ul>
      {(found.more || found.values.length > SHOWN) && <p className="dim small">{t("ticketExchange.import.moreValues")}</p>}
    </div>
  );
}
