import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import adminStyles from "../../../components/admin/admin.module.css";
import { housePaths, useHouseWrite } from "../../../hooks/house";
import { useProblemText } from "../../../hooks/words";
import type { FlowFile } from "../../../lib/house/types";

export function Rename({ file, dirty }: { file: string; dirty: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const write = useHouseWrite();
  const [name, setName] = useState(file);
  const [failed, setFailed] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setFailed(null);
    try {
      const renamed = await write.send<FlowFile>("POST", `${housePaths.flow(file)}/rename`, { file: name.trim() });
      await navigate(`/admin/flows/${encodeURIComponent(renamed.file)}`, { replace: true });
    } catch (error) {
      setFailed(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={`panel ${adminStyles.section ?? ""}`} aria-labelledby="flow-rename">
      <h2 id="flow-rename">{t("house.flows.rename")}</h2>
      <p className="dim">{dirty ? t("house.flows.restoreUnsaved") : t("house.flows.renameText")}</p>
      <div className="row wrap" style={{ alignItems: "flex-start" }}>
        <TextInput
          aria-label={t("house.flows.file")}
          value={name}
          disabled={dirty}
          error={failed && problemText(failed)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button variant="default" loading={busy} disabled={dirty || !name.trim() || name.trim() === file} onClick={() => void run()}>
          {t("house.flows.renameDo")}
        </Button>
      </div>
    </section>
  );
}
