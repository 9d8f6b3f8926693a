import { Button, PasswordInput, SegmentedControl, TagsInput, Textarea } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SwitchField, TextField } from "../../../components/admin/Fields";
import { Sentence } from "../../../components/Sentence";
import { useFields } from "../../../hooks/draft";
import { useProblemText } from "../../../hooks/words";
import { bodyOf, microsoftIssuer, type Check, type Oidc, type ProviderDraft } from "../../../lib/admin/providers";
import { Problem, request } from "../../../lib/api";
import styles from "./providers.module.css";

interface PartProps {
  value: ProviderDraft;
  set: (part: Partial<ProviderDraft>) => void;
}

export function Connection({ value, set, hasSecret }: PartProps & { hasSecret: boolean }) {
  return (
    <>
      {value.kind === "oidc" ? <OpenId value={value} set={set} hasSecret={hasSecret} /> : <SamlPart value={value} set={set} />}
      <Ask value={value} />
    </>
  );
}

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

function OpenId({ value, set, hasSecret }: PartProps & { hasSecret: boolean }) {
  const { t } = useTranslation();
  const { trouble } = useFields();
  const { oidc } = value;
  const change = (part: Partial<Oidc>) => set({ oidc: { ...oidc, ...part } });
  const how = { google: "howGoogle", microsoft: "howMicrosoft", other: "howOther" } as const;
  return (
    <>
      <p>{t(`providers.${how[oidc.preset]}`)}</p>
      {oidc.preset === "microsoft" ? (
        <TextField
          path="tenant"
          label={t("providers.tenant")}
          description={t("providers.tenantText")}
          required
          value={value.tenant}
          onChange={(tenant) => set({ tenant, oidc: { ...oidc, issuer: microsoftIssuer(tenant) } })}
        />
      ) : (
        oidc.preset === "other" && (
          <TextField
            path="oidc.issuer"
            label={t("providers.issuer")}
            description={t("providers.issuerText")}
            placeholder="https://login.example.com"
            required
            value={oidc.issuer}
            onChange={(issuer) => change({ issuer })}
          />
        )
      )}
      <TextField path="oidc.client_id" label={t("providers.clientId")} required value={oidc.client_id} onChange={(id) => change({ client_id: id })} />
      <PasswordInput
        data-path="client_secret"
        label={t("providers.secret")}
        description={t(hasSecret ? "providers.secretKept" : "providers.secretText")}
        error={trouble("client_secret")}
        inputWrapperOrder={ORDER}
        autoComplete="off"
        value={value.client_secret}
        onChange={(event) => set({ client_secret: event.currentTarget.value })}
        visibilityToggleButtonProps={{ "aria-label": t("account.password.show"), tabIndex: 0 }}
      />
      <TextField
        path="oidc.from_environment"
        label={t("providers.environment")}
        description={t("providers.environmentText")}
        placeholder="CC_SECRET_…"
        value={oidc.from_environment}
        onChange={(name) => change({ from_environment: name.trim() })}
      />
      <TagsInput
        data-path="oidc.scopes"
        label={t("providers.scopes")}
        description={t("providers.scopesText")}
        error={trouble("oidc.scopes") ?? trouble("oidc")}
        inputWrapperOrder={ORDER}
        value={oidc.scopes}
        onChange={(scopes) => change({ scopes })}
      />
      <SwitchField
        path="oidc.email_trusted"
        label={t("providers.trusted")}
        description={t("providers.trustedText")}
        value={oidc.email_trusted}
        onChange={(trusted) => change({ email_trusted: trusted })}
      />
    </>
  );
}

function SamlPart({ value, set }: PartProps) {
  const { t } = useTranslation();
  const { trouble } = useFields();
  const { saml } = value;
  const change = (part: Partial<ProviderDraft["saml"]>) => set({ saml: { ...saml, ...part } });
  return (
    <>
      <p>{t("providers.howSaml")}</p>
      <SegmentedControl
        aria-label={t("providers.metadataBy")}
        data={[
          { value: "url", label: t("providers.byUrl") },
          { value: "xml", label: t("providers.byXml") },
        ]}
        value={value.by}
        onChange={(by) => set({ by: by })}
      />
      {value.by === "url" ? (
        <TextField
          path="saml.metadata_url"
          label={t("providers.metadataUrl")}
          description={t("providers.metadataUrlText")}
          required
          value={saml.metadata_url}
          onChange={(url) => change({ metadata_url: url })}
        />
      ) : (
        <Textarea
          data-path="saml.metadata_xml"
          label={t("providers.metadataXml")}
          error={trouble("saml.metadata_xml")}
          withAsterisk
          rows={8}
          spellCheck={false}
          value={saml.metadata_xml}
          onChange={(event) => change({ metadata_xml: event.currentTarget.value })}
        />
      )}
      <SwitchField
        path="saml.sign_requests"
        label={t("providers.signRequests")}
        description={t("providers.signRequestsText")}
        value={saml.sign_requests}
        onChange={(sign) => change({ sign_requests: sign })}
      />
    </>
  );
}

const FOUND = ["issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "keys", "entity_id", "single_sign_on", "certificates"] as const;

/** Asks the provider, with what is typed, what it says of itself. */
function Ask({ value }: { value: ProviderDraft }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [check, setCheck] = useState<Check | null>(null);
  const run = async () => {
    setBusy(true);
    setCheck(null);
    try {
      const body = { ...bodyOf(value), name: value.name.trim() || "–" };
      setCheck(await request<Check>("POST", "/identity-provider-checks", { body }));
    } catch (error) {
      setCheck({ found: {}, trouble: problemText(error instanceof Problem ? error : new Problem(500, "error", "", "")) });
    }
    setBusy(false);
  };
  return (
    <>
      <div>
        <Button variant="default" loading={busy} leftSection={<IconPlugConnected size={16} aria-hidden />} onClick={() => void run()}>
          {t("providers.check")}
        </Button>
      </div>
      {check?.trouble && <Sentence tone="red">{check.trouble}</Sentence>}
      {check && !check.trouble && (
        <Sentence tone="green">
          {t("providers.checkGood")}
          <dl className={styles.found}>
            {FOUND.filter((name) => check.found[name]).map((name) => (
              <div key={name} style={{ display: "contents" }}>
                <dt>{t(`providers.found.${name}`)}</dt>
                <dd>{check.found[name]}</dd>
              </div>
            ))}
          </dl>
        </Sentence>
      )}
    </>
  );
}
