import "../../../i18n/fields";
import { ActionIcon, Button, Skeleton } from "@mantine/core";
import { IconAsterisk, IconForms, IconGripVertical, IconLock, IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import { Mark } from "../../../components/Mark";
import { Empty, Sentence } from "../../../components/Sentence";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { moved } from "../../../lib/admin/draft";
import type { FieldSettings } from "../../../lib/admin/fields";
import { get, request, type Problem } from "../../../lib/api";
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
        <Sentence
          tone="red"
          action={
            <Button size="compact-sm" variant="default" onClick={() => void fields.refetch()}>
              {t("common.retry")}
            </Button>
          }
        >
          {t("admin.listFailed", { detail: problemText(fields.error) })}
        </Sentence>
      )}
      {!fields.data && !fields.error && (
        <div className="stack" role="status" aria-label={t("common.loading")}>
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} height={48} />
          ))}
        </div>
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
  const problemText = useProblemText();
  const client = useQueryClient();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [told, setTold] = useState("");
  const move = async (from: number, to: number) => {
    const field = fields[from];
    if (!field || to < 0 || to >= fields.length || from === to) return;
    const order = moved(fields, from, to);
    client.setQueryData(FIELDS, order);
    setProblem(null);
    setTold(t("fields.moved", { name: field.name, number: to + 1 }));
    setTimeout(() => list.current?.children[to]?.querySelector<HTMLElement>("[data-handle]")?.focus(), 0);
    try {
      await request("PUT", "/customer-field-order", { body: { ids: order.map((each) => each.id) } });
      void client.invalidateQueries({ queryKey: ["customer-fields"] });
    } catch (error) {
      setProblem(error as Problem);
      void client.invalidateQueries({ queryKey: FIELDS });
    }
  };
  return (
    <>
      {problem && <Sentence tone="red">{t("fields.notMoved", { detail: problemText(problem) })}</Sentence>}
      <span className={styles.told} role="status">
        {told}
      </span>
      <ol className={`panel ${styles.list ?? ""}`} ref={list}>
        {fields.map((field, index) => (
          <li
            key={field.id}
            className={styles.row}
            data-dragged={dragged === index}
            data-over={over === index && dragged !== null && dragged !== index ? (dragged < index ? "after" : "before") : undefined}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              setOver(index);
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== null) void move(dragged, index);
              setDragged(null);
              setOver(null);
            }}
          >
            <ActionIcon
              className={styles.handle ?? ""}
              variant="subtle"
              color="gray"
              c="var(--cc-dim)"
              size={36}
              draggable
              data-handle
              aria-label={t("fields.move", { name: field.name })}
              title={t("fields.move", { name: field.name })}
              onKeyDown={(event) => {
                const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
                if (!step) return;
                event.preventDefault();
                void move(index, index + step);
              }}
              onDragStart={(event: DragEvent) => {
                event.dataTransfer.effectAllowed = "move";
                event.dataTransfer.setData("text/plain", field.name);
                setDragged(index);
              }}
              onDragEnd={() => {
                setDragged(null);
                setOver(null);
              }}
            >
              <IconGripVertical size={18} aria-hidden />
            </ActionIcon>
            <Link className={styles.name ?? ""} to={`/admin/fields/${encodeURIComponent(field.id)}`}>
              {field.name}
            </Link>
            <span className={styles.id}>{field.id}</span>
            <span>{t(`fields.types.${field.type}`)}</span>
            <span className={styles.marks}>
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
          </li>
        ))}
      </ol>
    </>
  );
}
