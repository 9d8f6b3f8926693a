import { Button, Modal, Progress, SegmentedControl, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconMessages } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { TICKETS, ticketPath } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { request } from "../../lib/api";
import type { Named } from "../../lib/contract";
import { newId } from "../../lib/ids";
import { waitingBelow } from "../../lib/tickets/children";
import { useHere } from "./context";
import { Linked } from "./Involved";
import { OpenBelow } from "./OpenBelow";
import styles from "./ticket.module.css";

const DONE: readonly string[] = ["resolved", "closed"];

/** The tickets below this one: how far they are, and words to all of them. */
export function Children() {
  const { t } = useTranslation();
  const { ticket, works } = useHere();
  const [writing, setWriting] = useState(false);
  const children = ticket.links.filter((link) => link.kind === "parent");
  const done = children.filter((link) => DONE.includes(link.state_class)).length;
  const open = children.length - done;
  const waiting = waitingBelow(ticket);
  const rolled = t("tickets.children.done", { count: children.length, done });
  return (
    <>
      {children.length > 0 && (
        <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.children.title")}>
          <h2>{t("tickets.children.title")}</h2>
          <p className="dim small">{rolled}</p>
          <Progress value={(done / children.length) * 100} aria-label={rolled} size="sm" />
          {waiting > 0 && <Sentence tone="amber">{t("tickets.children.waiting", { count: waiting })}</Sentence>}
          <Linked links={children} />
          {works && open > 0 && (
            <Button size="compact-sm" variant="default" leftSection={<IconMessages size={14} aria-hidden />} onClick={() => setWriting(true)}>
              {t("tickets.children.write", { count: open })}
            </Button>
          )}
        </section>
      )}
      {writing && <WriteToAll onClose={() => setWriting(false)} />}
      <StillOpen />
    </>
  );
}

interface Told {
  told: Named[];
  left_out: { ticket: Named; why: string }[];
}

function WriteToAll({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const client = useQueryClient();
  const [kind, setKind] = useState<"public" | "note">("public");
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const [key] = useState(() => newId());
  const send = useMutation({
    mutationFn: () => request<Told>("POST", `${ticketPath(ticket.id)}/children/messages`, { body: { kind, text: text.trim() }, key }),
    onSuccess: () => void client.invalidateQueries({ queryKey: [TICKETS] }),
  });
  const empty = text.trim() === "";
  return (
    <Modal opened onClose={onClose} title={t("tickets.children.writeTitle")} closeButtonProps={{ "aria-label": t("common.close") }}>
      {send.data ? (
        <div className="stack" role="status">
          <p>{t("tickets.children.told", { count: send.data.told.length })}</p>
          {send.data.left_out.length > 0 && (
            <Sentence tone="amber">
              <p>{t("tickets.children.leftOut", { count: send.data.left_out.length })}</p>
              <ul>
                {send.data.left_out.map((each) => (
                  <li key={each.ticket.id}>
                    {each.ticket.name}: {each.why}
                  </li>
                ))}
              </ul>
            </Sentence>
          )}
          <Button onClick={onClose}>{t("common.close")}</Button>
        </div>
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (!empty) send.mutate();
          }}
        >
          <p className="dim">{t("tickets.children.writeText")}</p>
          <SegmentedControl
            size="xs"
            aria-label={t("tickets.children.kind")}
            data={(["public", "note"] as const).map((value) => ({ value, label: t(`tickets.children.${value}`) }))}
            value={kind}
            onChange={(value) => setKind(value)}
          />
          <Textarea
            label={t("tickets.children.words")}
            autosize
            minRows={4}
            maxRows={14}
            data-autofocus
            value={text}
            error={tried && empty ? t("tickets.children.wordsMissing") : undefined}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {send.error && <Sentence tone="red">{t("tickets.act.failed", { detail: problemText(send.error) })}</Sentence>}
          <Button type="submit" loading={send.isPending}>
            {t("tickets.children.send")}
          </Button>
        </form>
      )}
    </Modal>
  );
}

/** Asked when this one is to be done and others below it are not. */
function StillOpen() {
  const { patch } = useHere();
  const wanted = patch.variables;
  if (!wanted) return null;
  return <OpenBelow error={patch.error} busy={patch.isPending} onChoose={(children) => patch.mutate({ ...wanted, children })} onClose={patch.reset} />;
}
