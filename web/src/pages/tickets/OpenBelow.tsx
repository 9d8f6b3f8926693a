import { Button, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { openBelow, type ChildrenChoice } from "../../lib/tickets/children";

const SHOWN = 8;

interface OpenBelowProps {
  /** The refusal of the last attempt; the dialog is there while it is about tickets below. */
  error: Error | null;
  /** Several are to be done at once. */
  many?: boolean;
  busy: boolean;
  onChoose: (children: ChildrenChoice) => void;
  onClose: () => void;
}

/** Asked when tickets are to be done and others below them are not. */
export function OpenBelow({ error, many = false, busy, onChoose, onClose }: OpenBelowProps) {
  const { t } = useTranslation();
  const below = openBelow(error);
  if (!below) return null;
  const { numbers, why } = below;
  const more = numbers.length - SHOWN;
  return (
    <Modal opened onClose={onClose} title={t("tickets.children.openTitle")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <div className="stack">
        {why === null ? (
          <>
            <p>{t(many ? "tickets.children.openMany" : "tickets.children.openText", { count: numbers.length })}</p>
            <p className="dim">
              {numbers.slice(0, SHOWN).join(", ")}
              {more > 0 && ` ${t("tickets.bulk.more", { count: more })}`}
            </p>
          </>
        ) : (
          <Sentence tone="red">{t("tickets.children.notWithIt", { detail: why })}</Sentence>
        )}
        <div className="row wrap">
          {why === null && (
            <Button data-autofocus loading={busy} onClick={() => onChoose("resolve")}>
              {t("tickets.children.resolve")}
            </Button>
          )}
          <Button variant="default" loading={busy} onClick={() => onChoose("leave")}>
            {t("tickets.children.leave")}
          </Button>
          <Button variant="subtle" disabled={busy} onClick={onClose}>
            {t("common.cancel")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
