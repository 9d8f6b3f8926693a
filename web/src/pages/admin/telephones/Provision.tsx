import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { qrPath } from "../../../lib/account";
import type { Provisioning } from "../../../lib/admin/telephony";
import styles from "./telephones.module.css";

/** What is typed into the telephone, shown this once. */
export function Provision({ told, name, onKept }: { told: Provisioning; name: string; onKept: () => void }) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const { path, size } = qrPath(told.qr);
  const fields: [string, string][] = [
    [t("telephony.provision.server"), told.server],
    [t("telephony.provision.port"), String(told.port)],
    [t("telephony.provision.transport"), told.transports.join(" / ")],
    [t("telephony.provision.username"), told.username],
    [t("telephony.provision.password"), told.password],
    [t("telephony.provision.realm"), told.realm],
    [t("telephony.provision.address"), told.address],
  ];
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-labelledby="provision">
      <h2 id="provision" ref={title} tabIndex={-1}>
        {t("telephony.provision.title", { name })}
      </h2>
      <Sentence tone="amber">{t("telephony.provision.lead")}</Sentence>
      <div className={admin.sectionBody}>
        <div className={styles.provision}>
          <div className="stack">
            <h3>{t("telephony.provision.fields")}</h3>
            <dl className={styles.fields}>
              {fields.map(([word, value]) => (
                <Field key={word} word={word} value={value} />
              ))}
            </dl>
            <p className="dim small">{t("telephony.provision.codecs")}</p>
          </div>
          <div>
            <svg className={styles.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("telephony.provision.picture")}>
              <rect width={size} height={size} fill="#fff" />
              <path d={path} fill="#000" shapeRendering="crispEdges" />
            </svg>
            <p className="dim small" style={{ maxWidth: 200 }}>
              {t("telephony.provision.picture")}
            </p>
          </div>
        </div>
        <h3>{t("telephony.provision.files")}</h3>
        {told.files.map((file) => (
          <div key={file.program} className={styles.file}>
            <div className="row">
              <span className="grow">{file.program}</span>
              <Copy text={file.text} what={file.program} />
            </div>
            <pre tabIndex={0}>{file.text.trim()}</pre>
          </div>
        ))}
        <div>
          <Button onClick={onKept} leftSection={<IconCheck size={16} aria-hidden />}>
            {t("telephony.provision.kept")}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Field({ word, value }: { word: string; value: string }) {
  return (
    <>
      <dt>{word}</dt>
      <dd>
        <code className={styles.value}>{value}</code>
        <Copy text={value} what={word} />
      </dd>
    </>
  );
}

function Copy({ text, what }: { text: string; what: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={copy}
          aria-label={t("telephony.provision.copyNamed", { what })}
          leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        >
          <span aria-live="polite">{t(copied ? "telephony.provision.copied" : "telephony.provision.copy")}</span>
        </Button>
      )}
    </CopyButton>
  );
}
