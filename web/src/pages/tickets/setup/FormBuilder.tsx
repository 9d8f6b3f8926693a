import { Checkbox, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import { ChoiceField, Wrong } from "../../../components/admin/Fields";
import { Act } from "../../../components/admin/OrderedList";
import { SortableRows } from "../../../components/admin/SortableRows";
import { useFields } from "../../../hooks/draft";
import { moved, replaced, without } from "../../../lib/admin/draft";
import { IN_FORM, type FieldRow, type FormSlot } from "../../../lib/tickets/setup";
import { RetiredMark } from "./Parts";
import styles from "./form-builder.module.css";

interface FormBuilderProps {
  form: readonly FormSlot[];
  fields: readonly FieldRow[];
  onChange: (form: FormSlot[]) => void;
}

/** The custom fields of a type, in the order of its form. */
export function FormBuilder({ form, fields, onChange }: FormBuilderProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const left = fields.filter((field) => !field.retired && !form.some((slot) => slot.field === field.id));
  const nameOf = (id: string) => fields.find((field) => field.id === id)?.name ?? id;
  return (
    <div className="stack">
      {form.length === 0 && <p className="dim">{t("ticketSetUp.form.empty")}</p>}
      <SortableRows
        rows={form}
        idOf={(slot) => slot.field}
        nameOf={(slot) => nameOf(slot.field)}
        movable={editable}
        className={styles.slots ?? ""}
        onMove={(from, to) => onChange(moved(form, from, to))}
      >
        {(slot, index) => {
          const field = fields.find((each) => each.id === slot.field);
          const name = nameOf(slot.field);
          return (
            <>
              <div className={styles.slotName}>
                <span>{name}</span>
                <span className="dim small">{field ? t(`ticketSetUp.fields.types.${field.type}`) : t("ticketSetUp.form.gone")}</span>
                {field?.retired && <RetiredMark />}
              </div>
              <div className={styles.slotRequired}>
                <Checkbox
                  size="sm"
                  label={t("ticketSetUp.form.required")}
                  checked={slot.required}
                  onChange={(event) => onChange(replaced(form, index, { ...slot, required: event.currentTarget.checked }))}
                />
              </div>
              <div className={styles.slotCustomer}>
                <ChoiceField
                  path={`form.${index}.customer`}
                  name={`${name}: ${t("ticketSetUp.form.customer")}`}
                  value={slot.customer}
                  options={IN_FORM.map((each) => ({ value: each, label: `${t("ticketSetUp.form.customer")}: ${t(`ticketSetUp.form.customerOf.${each}`)}` }))}
                  onChange={(customer) => onChange(replaced(form, index, { ...slot, customer: (customer ?? "hidden") as FormSlot["customer"] }))}
                />
              </div>
              {editable && (
                <Act word={t("ticketSetUp.form.remove", { name })} onClick={() => onChange(without(form, index))}>
                  <IconX size={16} aria-hidden />
                </Act>
              )}
              <Wrong path={`form.${index}.field`} />
            </>
          );
        }}
      </SortableRows>
      <Wrong path="form" />
      {editable && left.length > 0 && (
        <Select
          className={admin.add ?? ""}
          aria-label={t("ticketSetUp.form.add")}
          placeholder={t("ticketSetUp.form.add")}
          data={left.map((field) => ({ value: field.id, label: field.name }))}
          value={null}
          searchable
          onChange={(id) => {
            if (id) onChange([...form, { field: id, required: false, customer: "hidden" }]);
          }}
        />
      )}
      {editable && left.length === 0 && (
        <p className="dim small">
          {fields.length === 0 ? t("ticketSetUp.form.noFields") : t("ticketSetUp.form.addNone")}{" "}
          <Link to="/admin/tickets/fields/new">{t("ticketSetUp.form.toFields")}</Link>
        </p>
      )}
    </div>
  );
}
