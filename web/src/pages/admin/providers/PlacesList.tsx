import { ActionIcon, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../../components/Loading";
import { Sentence } from "../../../components/Sentence";
import { usePlaces } from "../../../hooks/providers";
import { useProblemText } from "../../../hooks/words";
import styles from "./providers.module.css";

/** Addresses to be entered at the provider, each to be copied. */
export function PlacesList({ id, kind }: { id: string; kind: "oidc" | "saml" }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const known = /^[a-z0-9][a-z0-9-]{0,17}$/.test(id) ? id : "";
  const places = usePlaces(known);
  if (!known) return <p className="dim">{t("providers.placesFirst")}</p>;
  if (places.error) return <Sentence tone="red">{problemText(places.error)}</Sentence>;
  if (!places.data) return <Loading bars={[40]} />;
  const rows: [string, string][] =
    kind === "oidc"
      ? [[t("providers.callback"), places.data.callback]]
      : [
          [t("providers.acs"), places.data.acs],
          [t("providers.metadata"), places.data.metadata],
        ];
  return (
    <dl className={styles.places}>
      {[...rows, [t("providers.signIn"), places.data.sign_in] as const].map(([word, address]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>
            <code>{address}</code>
            <CopyButton value={address}>
              {({ copied, copy }) => (
                <ActionIcon variant="subtle" size="sm" onClick={copy} aria-label={copied ? t("providers.copied") : t("providers.copy", { what: word })}>
                  {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                </ActionIcon>
              )}
            </CopyButton>
          </dd>
        </div>
      ))}
    </dl>
  );
}
