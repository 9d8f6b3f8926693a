import { Button, TagsInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { SeveralField, SwitchField, TextField, Wrong } from "../../../components/admin/Fields";
import { options } from "../../../hooks/admin";
import { useFields } from "../../../hooks/draft";
import { replaced, without } from "../../../lib/admin/draft";
import type { ProviderDraft, Rule } from "../../../lib/admin/providers";
import { HeldRoles } from "../people/HeldRoles";
import type { Around } from "./ProviderForm";
import styles from "./providers.module.css";

interface PartProps {
  value: ProviderDraft;
  set: (part: Partial<ProviderDraft>) => void;
}

const CLAIMS = ["email_claim", "name_claim", "roles_claim"] as const;

/** Whose sign-in comes to something, and which claims say who somebody is. */
export function WhoGetsIn({ value, set }: PartProps) {
  const { t } = useTranslation();
  const { trouble } = useFields();
  const words = { email_claim: t("providers.emailClaim"), name_claim: t("providers.nameClaim"), roles_claim: t("providers.rolesClaim") };
  const wrongDomain = value.email_domains.findIndex((_, index) => trouble(`email_domains.${index}`));
  return (
    <>
      <SwitchField path="link_by_email" label={t("providers.link")} description={t("providers.linkText")} value={value.link_by_email} onChange={(link) => set({ link_by_email: link })} />
      <SwitchField path="provision" label={t("providers.provision")} description={t("providers.provisionText")} value={value.provision} onChange={(provision) => set({ provision })} />
      <TagsInput
        data-path={wrongDomain < 0 ? "email_domains" : `email_domains.${wrongDomain}`}
        label={t("providers.domains")}
        description={t("providers.domainsText")}
        error={wrongDomain < 0 ? trouble("email_domains") : trouble(`email_domains.${wrongDomain}`)}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={value.email_domains}
        onChange={(domains) => set({ email_domains: domains })}
      />
      <div className={admin.grid}>
        {CLAIMS.map((claim) => (
          <TextField key={claim} path={claim} label={words[claim]} value={value[claim]} onChange={(typed) => set({ [claim]: typed })} />
        ))}
      </div>
      <p className="dim small">{t("providers.claimText")}</p>
    </>
  );
}

/** What groups at the provider give here. */
export function GroupRules({ value, set, around }: PartProps & { around: Around }) {
  const { t } = useTranslation();
  const change = (index: number, part: Partial<Rule>) => {
    const rule = value.rules[index];
    if (rule) set({ rules: replaced(value.rules, index, { ...rule, ...part }) });
  };
  return (
    <>
      {value.rules.map((rule, index) => {
        const number = index + 1;
        return (
          <fieldset key={index} className={styles.rule}>
            <legend>{t("providers.rule", { number })}</legend>
            <TextField
              path={`rules.${index}.value`}
              label={t("providers.value")}
              description={t("providers.valueText")}
              required
              value={rule.value}
              onChange={(typed) => change(index, { value: typed })}
            />
            <HeldRoles path={`rules.${index}.roles`} value={rule.roles} onChange={(roles) => change(index, { roles })} {...around} />
            <SeveralField
              path={`rules.${index}.teams`}
              label={t("providers.teams")}
              value={rule.teams}
              options={options(around.teams)}
              onChange={(teams) => change(index, { teams })}
            />
            <div>
              <Button
                variant="subtle"
                size="xs"
                aria-label={t("providers.removeRule", { number })}
                leftSection={<IconX size={16} aria-hidden />}
                onClick={() => set({ rules: without(value.rules, index) })}
              >
                {t("providers.removeRule", { number })}
              </Button>
            </div>
          </fieldset>
        );
      })}
      <Wrong path="rules" />
      <div>
        <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ rules: [...value.rules, { value: "", roles: [], teams: [] }] })}>
          {t("providers.addRule")}
        </Button>
      </div>
      <fieldset className={styles.rule}>
        <legend>{t("providers.defaults")}</legend>
        <HeldRoles path="default_roles" value={value.default_roles} onChange={(roles) => set({ default_roles: roles })} {...around} />
      </fieldset>
      <SwitchField path="roles_follow" label={t("providers.follow")} description={t("providers.followText")} value={value.roles_follow} onChange={(follow) => set({ roles_follow: follow })} />
    </>
  );
}
