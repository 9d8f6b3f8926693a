import { Button, Checkbox, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { useReplaceKeys } from "../../../hooks/safety";
import { useProblemText } from "../../../hooks/words";
import { inUse, sealedWith, type Encryption, type Use } from "../../../lib/admin/safety";
import styles from "../safety.module.css";

interface AskProps {
  what: "data" | "master";
  shown: Encryption;
  use: Use | undefined;
  onClose: () => void;
}

/** Says what replacing keys means, and does it: with a master key in a file only once a copy of the old one is kept. */
export function Ask({ what, shown, use, onClose }: AskProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const replace = useReplaceKeys();
  // As it was when the dialog opened: what the person has read.
  const [keys] = useState(() => inUse(shown, what));
  const [copied, setCopied] = useState(false);
  const wantsCopy = what === "master" && shown.kept === "file";
  const count = sealedWith(use, keys);
  const go = async () => {
    try {
      await replace.mutateAsync({ what, keys });
      onClose();
    } catch {
      // Said below.
    }
  };
  return (
    <Modal.Root opened onClose={onClose} centered size="lg">
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body className={styles.dialog ?? ""} pt="md">
          <Modal.Title fw={600}>{t(what === "data" ? "safety.keys.ask.dataTitle" : "safety.keys.ask.masterTitle")}</Modal.Title>
          <p>{t(what === "data" ? "safety.keys.ask.dataText" : "safety.keys.ask.masterText")}</p>
          {what === "data" && count !== null && <p>{t("safety.keys.ask.dataMany", { count })}</p>}
          {wantsCopy && (
            <>
              <Sentence tone="amber" quiet>
                {t("safety.keys.ask.masterBackups", { path: shown.where })}
              </Sentence>
              <Checkbox
                label={t("safety.keys.ask.masterCopied", { id: keys.join(", ") })}
                checked={copied}
                onChange={(event) => setCopied(event.currentTarget.checked)}
              />
            </>
          )}
          {replace.isError && <Sentence tone="red">{t("safety.keys.ask.failed", { detail: problemText(replace.error) })}</Sentence>}
          <div className={styles.acts}>
            <Button variant="default" onClick={onClose} data-autofocus>
              {t("common.cancel")}
            </Button>
            <Button disabled={wantsCopy && !copied} loading={replace.isPending} onClick={() => void go()}>
              {t("safety.keys.ask.confirm")}
            </Button>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
