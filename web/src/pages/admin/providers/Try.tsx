import { Button } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { useProblemText } from "../../../hooks/words";
import { providerPath } from "../../../hooks/providers";
import { Problem } from "../../../lib/api";
import { openFor } from "../../../lib/providers";

/** Begins a sign-in that signs nobody in, in a window of its own. */
export function Try({ id, dirty }: { id: string; dirty: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const run = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      if (!(await openFor(`${providerPath(id)}/trial`))) setTrouble(t("providers.try.blocked"));
    } catch (error) {
      setTrouble(problemText(error instanceof Problem ? error : new Problem(500, "error", "", "")));
    }
    setBusy(false);
  };
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-labelledby="try">
      <h2 id="try">{t("providers.try.title")}</h2>
      <p className="dim">{dirty ? t("providers.try.dirty") : t("providers.try.lead")}</p>
      <div className={admin.sectionBody}>
        <div>
          <Button variant="default" disabled={dirty} loading={busy} leftSection={<IconExternalLink size={16} aria-hidden />} onClick={() => void run()}>
            {t("providers.try.button")}
          </Button>
        </div>
        {trouble && <Sentence tone="red">{trouble}</Sentence>}
      </div>
    </section>
  );
}
