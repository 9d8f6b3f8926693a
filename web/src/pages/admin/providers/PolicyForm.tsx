import "../../../i18n/providers";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { SeveralField, SwitchField, Wrong } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { options, useWrite } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { useHolders } from "../../../hooks/people";
import { POLICY, usePolicy } from "../../../hooks/providers";
import { may, useMe } from "../../../hooks/session";
import type { Policy } from "../../../lib/admin/providers";
import type { Named } from "../../../lib/contract";
import { Loaded } from "../Loaded";

const useBack = () => ({ to: "/admin/providers", word: useTranslation().t("admin.area.providers") });

export function PolicyForm() {
  const me = useMe();
  const policy = usePolicy();
  const people = useHolders("administrator");
  // Who may not see people can still name himself.
  const known = may(me, "users.manage") ? people : { data: { items: [me] }, error: null, refetch: () => Promise.resolve() };
  return (
    <Loaded queries={[policy, known]} back={useBack()}>
      {(found, holders) => <Form policy={found} administrators={holders.items} />}
    </Loaded>
  );
}

function Form({ policy, administrators }: { policy: Policy; administrators: readonly Named[] }) {
  const { t } = useTranslation();
  const write = useWrite();
  const troubles = useCallback(() => ({}), []);
  const draft = useDraft<Policy>({ saved: policy, editable: true, troubles, save: (value) => write.replace(POLICY, value) });
  const { value, set } = draft;
  return (
    <FormPage
      title={t("providers.policy.title")}
      back={useBack()}
      draft={draft}
      aside={<History subject="sign_in_policy:all" name={t("providers.policy.title")} act="sign_in_policy.changed" dirty={draft.dirty} restoreTo={POLICY} />}
      sections={[
        {
          id: "policy",
          title: t("providers.policy.title"),
          lead: t("providers.policy.lead"),
          paths: ["providers_only", "emergency"],
          content: (
            <>
              <SwitchField
                path="providers_only"
                label={t("providers.policy.only")}
                description={t("providers.policy.onlyText")}
                value={value.providers_only}
                onChange={(only) => set({ providers_only: only })}
              />
              <SeveralField
                path="emergency"
                label={t("providers.policy.emergency")}
                description={t("providers.policy.emergencyText")}
                value={value.emergency}
                options={options(administrators)}
                onChange={(emergency) => set({ emergency })}
              />
              {value.emergency.map((id, index) => (
                <Wrong key={id} path={`emergency.${index}`} />
              ))}
            </>
          ),
        },
      ]}
    />
  );
}
