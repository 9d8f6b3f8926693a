import "../../../i18n/fields";
import { Button } from "@mantine/core";
import { IconAsterisk, IconForms, IconLock, IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Loading, alike } from "../../../components/Loading";
import admin from "../../../components/admin/admin.module.css";
import rows from "../../../components/admin/rows.module.css";
import { SortableRows } from "../../../components/admin/SortableRows";
import { Mark } from "../../../components/Mark";
import { NotLoaded } from "../../../components/NotLoaded";
import { Empty } from "../../../components/Sentence";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { moved } from "../../../lib/admin/draft";
import type { FieldSettings } from "../../../lib/admin/fields";
import { get, request } from "../../../lib/api";
import styles from "./fields.module.css";

export const FIELDS = ["admin", "/customer-fields"] as const;

export function useFieldSettings() {
  return useQuery({
    queryKey: FIELDS,
    queryFn: async ({ signal }) => (await get<{ items: FieldSettings[] }>("/customer-fields", {}, signal)).items,
  });
}

export function CustomerFields() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("admin.area.fields"));
  const fields = useFieldSettings();
  const add = (
    <Button component={Link} to="/admin/fields/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {t("fields.add")}
    </Button>
  );
  return (
    <div className={admin.area}>
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{t("admin.area.fields")}</h1>
          <p className="dim">{t("fields.lead")}</p>
        </div>
        {add}
      </header>
      {fields.error && !fields.data && (
        <NotLoaded query={fields}>{t("admin.listFailed", { detail: problemText(fields.error) })}</NotLoaded>
      )}
      {!fields.data && !fields.error && (
        <Loading bars={alike(4, 48)} />
      )}
      {fields.data?.length === 0 && (
        <div className="panel">
          <Empty icon={<IconForms size={32} stroke={1.5} aria-hidden />} title={t("fields.none")}>
            <p>{t("fields.noneText")}</p>
            {add}
          </Empty>
        </div>
      )}
      {fields.data && fields.data.length > 0 && <Rows fields={fields.data} />}
    </div>
  );
}

function Rows({ fields }: { fields: FieldSettings[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const move = async (from: number, to: number) => {
    const order = moved(fields, from, to);
    client.setQueryData(FIELDS, order);
    try {
      await request("PUT", "/customer-field-order", { body: { ids: order.map((each) => each.id) } });
      void client.invalidateQueries({ queryKey: ["customer-fields"] });
    } catch (error) {
      void client.invalidateQueries({ queryKey: FIELDS });
      throw error;
    }
  };
  return (
    <SortableRows
      rows={fields}
      idOf={(field) => field.id}
      nameOf={(field) => field.name}
      movable
      className="panel"
      rowClass={`${rows.linked ?? ""} ${styles.row ?? ""}`}
      onMove={move}
    >
      {(field) => (
        <>
          <Link className={rows.name ?? ""} to={`/admin/fields/${encodeURIComponent(field.id)}`}>
            {field.name}
          </Link>
          <span className={styles.id}>{field.id}</span>
          <span>{t(`fields.types.${field.type}`)}</span>
          <span className={`${rows.marks ?? ""} ${styles.marks ?? ""}`}>
            {field.required && (
              <Mark icon={IconAsterisk} tone="amber">
                {t("fields.marks.required")}
              </Mark>
            )}
            {field.sensitive && (
              <Mark icon={IconLock} tone="violet">
                {t("fields.marks.sensitive")}
              </Mark>
            )}
          </span>
        </>
      )}
    </SortableRows>
  );
}
