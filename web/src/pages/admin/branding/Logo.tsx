import { Button } from "@mantine/core";
import { IconTrash, IconUpload } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { useHouseWrite } from "../../../hooks/house";
import { useProblemText } from "../../../hooks/words";
import type { Logo } from "../../../lib/house/types";
import styles from "./branding.module.css";

/** Changes at once: a picture is no part of what the form saves. */
export function LogoPart({ logo, name }: { logo: Logo | null; name: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const write = useHouseWrite();
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Error | null>(null);
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true);
    setFailed(null);
    try {
      await act();
      write.branded();
    } catch (error) {
      setFailed(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.logo}>
      <span className={styles.label}>{t("house.branding.logo")}</span>
      {logo ? (
        <img src={logo.url} alt={t("house.branding.logoAlt", { name })} width={logo.width} height={logo.height} />
      ) : (
        <p className="dim">{t("house.branding.logoNone")}</p>
      )}
      <div className="row wrap">
        <input
          ref={picker}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          hidden
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) void run(() => write.upload("/branding/logo", file));
          }}
        />
        <Button variant="default" loading={busy} leftSection={<IconUpload size={16} aria-hidden />} onClick={() => picker.current?.click()}>
          {t("house.branding.logoUpload")}
        </Button>
        {logo && (
          <Button
            variant="subtle"
            color="red"
            c="var(--cc-red)"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => void run(() => write.send("DELETE", "/branding/logo"))}
          >
            {t("house.branding.logoRemove")}
          </Button>
        )}
      </div>
      <p className="dim small">{t("house.branding.logoText")}</p>
      {failed && <Sentence tone="red">{t("house.branding.logoFailed", { detail: problemText(failed) })}</Sentence>}
    </div>
  );
}
