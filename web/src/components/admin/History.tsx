import "../../i18n/audit";
import { Button, CloseButton, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconArrowBackUp, IconHistory } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWrite } from "../../hooks/admin";
import { useAuditWords, useHistory } from "../../hooks/audit";
import { may, useMe } from "../../hooks/session";
import { useProblemText } from "../../hooks/words";
import type { Entry } from "../../lib/admin/audit";
import type { Problem } from "../../lib/api";
import { Loading, alike } from "../Loading";
import { NotLoaded } from "../NotLoaded";
import { Sentence } from "../Sentence";
import { Ago } from "../Times";
import styles from "./audit.module.css";
import { Changes } from "./Changes";

interface HistoryProps {
  /** What it is the history of, as the trail names it: "queue:sales". */
  subject: string;
  name: string;
  /** Where a document from before is put back; left out, nothing can be restored. */
  restoreTo?: string;
  /** Acts whose document the form takes ("queue.changed"). */
  act: string;
  dirty: boolean;
  /** Of the document before, what the server alone writes and no form takes. */
  leaveOut?: readonly string[];
}

/** A button that opens who changed this thing, when, what differed, and the way back. Not there for who may not see it. */
export function History(props: HistoryProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!may(useMe(), "audit.view")) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconHistory size={16} aria-hidden />} onClick={() => setOpen(true)}>
        {t("audit.history.open")}
      </Button>
      <Modal.Root opened={open} onClose={() => setOpen(false)} size="lg" classNames={{ inner: styles.drawerPlace ?? "", content: styles.drawer ?? "" }}>
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Body className={styles.drawerBody ?? ""}>
            <div className="row">
              <Modal.Title fw={600} className="grow">
                {t("audit.history.title", { name: props.name })}
              </Modal.Title>
              <CloseButton aria-label={t("common.close")} onClick={() => setOpen(false)} data-autofocus />
            </div>
            <Entries {...props} open={open} />
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

function Entries({ subject, restoreTo, act, dirty, open, leaveOut = [] }: HistoryProps & { open: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const list = useHistory(subject, open);
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending)
    return <Loading bars={alike(3, 64)} />;
  return (
    <>
      {list.isError && (
        <NotLoaded query={list}>{t("audit.history.failed", { detail: problemText(list.error) })}</NotLoaded>
      )}
      {!list.isError && entries.length === 0 && <p className="dim">{t("audit.history.empty")}</p>}
      <ol className={styles.entries}>
        {entries.map((entry) => (
          <One key={entry.id} entry={entry} restoreTo={entry.act === act && entry.before ? restoreTo : undefined} dirty={dirty} leaveOut={leaveOut} />
        ))}
      </ol>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("audit.history.more")}
        </Button>
      )}
    </>
  );
}

function One({ entry, restoreTo, dirty, leaveOut }: { entry: Entry; restoreTo: string | undefined; dirty: boolean; leaveOut: readonly string[] }) {
  const words = useAuditWords();
  return (
    <li className={styles.entry}>
      <div className="row wrap">
        <b className="grow">{words.act(entry.act)}</b>
        <span className="dim small">
          <Ago at={entry.at} />
        </span>
      </div>
      <p className="dim small">{[words.actor(entry.actor), entry.address].filter(Boolean).join(" · ")}</p>
      <Changes entry={entry} />
      {restoreTo && <Restore entry={entry} to={restoreTo} dirty={dirty} leaveOut={leaveOut} />}
    </li>
  );
}

function Restore({ entry, to, dirty, leaveOut }: { entry: Entry; to: string; dirty: boolean; leaveOut: readonly string[] }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const client = useQueryClient();
  const write = useWrite();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Problem | Error | "restored" | null>(null);
  const run = async () => {
    setBusy(true);
    try {
      await write.replace(to, Object.fromEntries(Object.entries(entry.before ?? {}).filter(([name]) => !leaveOut.includes(name))));
      await client.invalidateQueries({ queryKey: ["audit"] });
      setDone("restored");
      setAsked(false);
    } catch (error) {
      setDone(error as Error);
    } finally {
      setBusy(false);
    }
  };
  if (dirty) return <p className="dim small">{t("audit.history.unsaved")}</p>;
  return (
    <div className={styles.restore}>
      {done === "restored" && <Sentence tone="green">{t("audit.history.restored")}</Sentence>}
      {done !== null && done !== "restored" && (
        <Sentence tone="red">{t("audit.history.restoreFailed", { detail: problemText(done) })}</Sentence>
      )}
      {asked ? (
        <>
          <p>{t("audit.history.ask")}</p>
          <div className="row wrap">
            <Button size="compact-sm" loading={busy} onClick={() => void run()}>
              {t("audit.history.confirm")}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>
              {t("common.cancel")}
            </Button>
          </div>
        </>
      ) : (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          onClick={() => {
            setDone(null);
            setAsked(true);
          }}
        >
          {t("audit.history.restore")}
        </Button>
      )}
    </div>
  );
}
