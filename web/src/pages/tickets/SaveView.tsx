import { Button, Checkbox, Menu, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconBookmarkPlus, IconChevronDown, IconDeviceFloppy, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { may, useMe } from "../../hooks/session";
import { TICKETS } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { request } from "../../lib/api";
import { conditionsOf, FIRST_VIEW } from "../../lib/tickets/list";
import type { Order, Test, View } from "../../lib/tickets/types";

interface SaveViewProps {
  view: View;
  filters: readonly Test[];
  either: readonly Test[];
  order: Order;
  columns: readonly string[];
  onSaved: (id: string) => void;
}

/** What is shown now, kept as a list of one's own or of everybody. */
export function SaveView({ view, filters, either, order, columns, onSaved }: SaveViewProps) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const problemText = useProblemText();
  const [open, setOpen] = useState<"new" | "remove" | null>(null);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const body = (told: string, all: boolean) => ({
    name: told,
    conditions: conditionsOf(view, filters, either),
    columns,
    order,
    shared: all,
    position: view.ready ? 0 : view.position,
  });
  const renew = () => Promise.all(["views", "counts"].map((part) => client.invalidateQueries({ queryKey: [TICKETS, part] })));
  const put = useMutation({
    mutationFn: (what: "new" | "same") =>
      what === "new"
        ? request<View>("POST", "/ticket-views", { body: body(name.trim(), shared) })
        : request<View>("PUT", `/ticket-views/${encodeURIComponent(view.id)}`, { body: body(view.name, view.shared) }),
    onSuccess: async (saved) => {
      await renew();
      setOpen(null);
      onSaved(saved.id);
    },
  });
  const remove = useMutation({
    mutationFn: () => request<undefined>("DELETE", `/ticket-views/${encodeURIComponent(view.id)}`),
    onSuccess: async () => {
      setOpen(null);
      onSaved(FIRST_VIEW);
      await renew();
    },
  });
  const error = put.error ?? remove.error;
  const same = filters.length + either.length === 0 && order === view.order && columns.join() === view.columns.join();
  return (
    <>
      <Menu withinPortal position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" variant="default" leftSection={<IconBookmarkPlus size={14} aria-hidden />} rightSection={<IconChevronDown size={14} aria-hidden />}>
            {t("tickets.list.saveView")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconBookmarkPlus size={16} aria-hidden />} onClick={() => setOpen("new")}>
            {t("tickets.list.saveView")}
          </Menu.Item>
          {view.mine && (
            <Menu.Item leftSection={<IconDeviceFloppy size={16} aria-hidden />} disabled={same} onClick={() => put.mutate("same")}>
              {t("tickets.list.updateView")}
            </Menu.Item>
          )}
          {view.mine && (
            <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen("remove")}>
              {t("tickets.list.removeView")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {error && open === null && <Sentence tone="red">{t("tickets.list.viewNotSaved", { detail: problemText(error) })}</Sentence>}
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === "remove" ? t("tickets.list.removeView") : t("tickets.list.saveView")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {open === "remove" ? (
          <div className="stack">
            <p>{t("tickets.list.removeViewText", { name: view.name })}</p>
            {remove.error && <Sentence tone="red">{t("tickets.list.viewNotSaved", { detail: problemText(remove.error) })}</Sentence>}
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t("tickets.list.removeView")}
            </Button>
          </div>
        ) : (
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim()) put.mutate("new");
            }}
          >
            <TextInput label={t("tickets.list.viewName")} value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} data-autofocus required />
            {may(me, "tickets.share") && (
              <Checkbox label={t("tickets.list.viewShared")} checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
            )}
            {put.error && <Sentence tone="red">{t("tickets.list.viewNotSaved", { detail: problemText(put.error) })}</Sentence>}
            <Button type="submit" loading={put.isPending}>
              {t("tickets.list.viewSave")}
            </Button>
          </form>
        )}
      </Modal>
    </>
  );
}
