import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocale } from "../hooks/words";
import { cancel, reschedule, type OwedAct } from "../lib/line";
import { relative, serverNow, wallIn } from "../lib/time";
import "./owed.mantine.css";

export type OwedQuestion = "later" | "cancel";

const HOUR_MS = 3_600_000;
const FURTHEST_MS = 60 * 24 * HOUR_MS;

interface OwedDialogsProps {
  asking: OwedQuestion | null;
  id: string;
  name: string;
  onClose: () => void;
  onAct: (act: OwedAct, text: string) => void;
}

/** What is asked before a callback or a message is put off or cancelled. */
export function OwedDialogs({ asking, id, name, onClose, onAct }: OwedDialogsProps) {
  const { t } = useTranslation();
  const close = { "aria-label": t("common.close") };
  return (
    <>
      <Modal opened={asking === "later"} onClose={onClose} title={t("owed.putOffTitle", { name })} closeButtonProps={close}>
        <When
          onChoose={(at, text) => {
            onClose();
            onAct(reschedule(id, at), t("owed.wasPutOff", { name, time: text }));
          }}
        />
      </Modal>
      <Modal opened={asking === "cancel"} onClose={onClose} title={t("owed.cancelTitle", { name })} closeButtonProps={close}>
        <div className="stack">
          <p>{t("owed.cancelText")}</p>
          <div className="row wrap">
            <Button
              color="red"
              onClick={() => {
                onClose();
                onAct(cancel(id), t("owed.wasCancelled", { name }));
              }}
            >
              {t("owed.cancelDo")}
            </Button>
            <Button variant="default" data-autofocus onClick={onClose}>
              {t("owed.keep")}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

function When({ onChoose }: { onChoose: (at: string, text: string) => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [wall, setWall] = useState(() => wallIn(serverNow() + HOUR_MS));
  const [tried, setTried] = useState(false);
  // As the browser understands it: in the viewer's own time zone.
  const at = Date.parse(wall);
  const now = serverNow();
  const wrong = !(at > now) ? t("owed.whenPast") : at > now + FURTHEST_MS ? t("owed.whenFar") : null;
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (wrong) return;
        const iso = new Date(at).toISOString();
        onChoose(iso, relative(iso, now, locale));
      }}
    >
      <TextInput
        type="datetime-local"
        label={t("owed.when")}
        description={t("owed.whenHelp")}
        value={wall}
        min={wallIn(now)}
        error={tried ? wrong : null}
        data-autofocus
        required
        onChange={(event) => setWall(event.currentTarget.value)}
      />
      <Button type="submit">{t("owed.putOffDo")}</Button>
    </form>
  );
}
