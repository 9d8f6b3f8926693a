import { Kbd, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";

const LIST = ["j", "k", "enter", "x", "a", "r", "n", "slash", "help"] as const;
const PAGE = ["r", "m", "a", "answers", "send", "help"] as const;
const SIGNS = { j: "J", k: "K", enter: "Enter", x: "X", a: "A", r: "R", n: "N", m: "M", slash: "/", answers: "/", help: "?", send: "Ctrl Enter" } as const;

export function KeysHelp({ opened, onClose, page = false }: { opened: boolean; onClose: () => void; page?: boolean }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t("tickets.keys.title")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <dl style={{ display: "grid", gridTemplateColumns: "auto 1fr", gap: "8px 16px", margin: 0 }}>
        {(page ? PAGE : LIST).map((key) => (
          <div key={key} style={{ display: "contents" }}>
            <dt>
              <Kbd>{SIGNS[key]}</Kbd>
            </dt>
            <dd style={{ margin: 0 }}>{t(`tickets.keys.${key}`)}</dd>
          </div>
        ))}
      </dl>
      <p className="dim small" style={{ marginTop: 16 }}>
        {t("tickets.keys.off")}
      </p>
    </Modal>
  );
}
