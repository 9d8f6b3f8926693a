import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../../components/admin/Fields";
import { SecretField, TagsField } from "../../../components/admin/MoreFields";
import { CODEC_CHOICES, FORMATS, KINDS, SHOWN_IN, type TrunkDraft, withTransport } from "../../../lib/admin/telephony";

export interface TrunkFields {
  value: TrunkDraft;
  set: (part: Partial<TrunkDraft>) => void;
  hasPassword: boolean;
  isNew: boolean;
}

const number = (value: number | null) => value ?? Number.NaN;

export function General({ value, set, isNew }: TrunkFields) {
  const { t } = useTranslation();
  return (
    <>
      <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
      <ChoiceField
        path="kind"
        label={t("telephony.trunks.kind")}
        description={t(`telephony.trunks.kindText.${value.kind}`)}
        value={value.kind}
        options={KINDS.map((kind) => ({ value: kind, label: t(`telephony.trunks.kinds.${kind}`) }))}
        onChange={(kind) => kind && set({ kind: kind as TrunkDraft["kind"] })}
      />
      <SwitchField
        path="enabled"
        label={t("telephony.trunks.enabled")}
        description={t("telephony.trunks.enabledText")}
        value={value.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <div className={admin.grid}>
        <NumberField
          path="position"
          label={t("telephony.trunks.position")}
          description={t("telephony.trunks.positionText")}
          min={0}
          value={value.position}
          onChange={(position) => set({ position: number(position) })}
        />
      </div>
    </>
  );
}

export function Connection(props: TrunkFields) {
  const { value, set, hasPassword } = props;
  const { t } = useTranslation();
  const registers = value.kind === "registering";
  return (
    <>
      <div className={admin.grid}>
        <TextField
          path="host"
          label={t("telephony.trunks.host")}
          description={t("telephony.trunks.hostText")}
          placeholder="sip.example.com"
          required={registers}
          value={value.host}
          onChange={(host) => set({ host })}
        />
        <NumberField path="port" label={t("telephony.trunks.port")} min={1} value={value.port} onChange={(port) => set({ port: number(port) })} />
        <ChoiceField
          path="transport"
          label={t("telephony.trunks.transport")}
          value={value.transport}
          options={[
            { value: "udp", label: "UDP" },
            { value: "tcp", label: "TCP" },
            { value: "tls", label: "TLS" },
          ]}
          onChange={(transport) => transport && set(withTransport(value, transport as TrunkDraft["transport"]))}
        />
        <TextField
          path="domain"
          label={t("telephony.trunks.domain")}
          description={t("telephony.trunks.domainText")}
          value={value.domain}
          onChange={(domain) => set({ domain })}
        />
        {value.transport === "tls" && (
          <TextField
            path="certificate_name"
            label={t("telephony.trunks.certificateName")}
            description={t("telephony.trunks.certificateNameText")}
            placeholder={value.domain || value.host || "sip.example.com"}
            value={value.certificate_name}
            onChange={(certificate_name) => set({ certificate_name })}
          />
        )}
      </div>
      {!registers && (
        <TagsField
          path="addresses"
          label={t("telephony.trunks.addresses")}
          description={t("telephony.trunks.addressesText")}
          value={value.addresses}
          onChange={(addresses) => set({ addresses })}
        />
      )}
      <div className={admin.grid}>
        <TextField
          path="username"
          label={t("telephony.trunks.username")}
          {...(registers ? { required: true } : { description: t("telephony.trunks.usernameOptional") })}
          value={value.username}
          onChange={(username) => set({ username })}
        />
        <SecretField
          path="password"
          label={t("telephony.trunks.password")}
          description={t(hasPassword ? "telephony.trunks.passwordKept" : "telephony.trunks.passwordNone")}
          required={registers && !hasPassword}
          value={value.password}
          onChange={(password) => set({ password })}
        />
        {registers && (
          <NumberField
            path="expires_s"
            label={t("telephony.trunks.expires")}
            suffix={t("telephony.trunks.seconds")}
            min={60}
            value={value.expires_s}
            onChange={(expires_s) => set({ expires_s: number(expires_s) })}
          />
        )}
        <NumberField
          path="options_s"
          label={t("telephony.trunks.options")}
          description={t("telephony.trunks.optionsText")}
          suffix={t("telephony.trunks.seconds")}
          min={0}
          value={value.options_s}
          onChange={(options_s) => set({ options_s: number(options_s) })}
        />
      </div>
    </>
  );
}

export function Numbers({ value, set }: TrunkFields) {
  const { t } = useTranslation();
  return (
    <div className={admin.grid}>
      <ChoiceField
        path="number_format"
        label={t("telephony.trunks.format")}
        value={value.number_format}
        options={FORMATS.map((format) => ({ value: format, label: t(`telephony.trunks.formats.${format}`) }))}
        onChange={(format) => format && set({ number_format: format as TrunkDraft["number_format"] })}
      />
      <TextField
        path="country"
        label={t("telephony.trunks.country")}
        description={t("telephony.trunks.countryText")}
        value={value.country}
        onChange={(country) => set({ country: country.trim().toUpperCase() })}
      />
      <TextField
        path="dial_prefix"
        label={t("telephony.trunks.prefix")}
        description={t("telephony.trunks.prefixText")}
        value={value.dial_prefix}
        onChange={(dial_prefix) => set({ dial_prefix: dial_prefix.trim() })}
      />
    </div>
  );
}

export function CallerId({ value, set }: TrunkFields) {
  const { t } = useTranslation();
  return (
    <>
      <div className={admin.grid}>
        <TextField
          path="caller_id"
          type="tel"
          label={t("telephony.trunks.shown")}
          description={t("telephony.trunks.shownText")}
          value={value.caller_id}
          onChange={(caller_id) => set({ caller_id })}
        />
        <ChoiceField
          path="caller_id_in"
          label={t("telephony.trunks.shownIn")}
          value={value.caller_id_in}
          options={SHOWN_IN.map((header) => ({ value: header, label: t(`telephony.trunks.shownIns.${header}`) }))}
          onChange={(header) => header && set({ caller_id_in: header as TrunkDraft["caller_id_in"] })}
        />
        <TextField
          path="from_user"
          label={t("telephony.trunks.fromUser")}
          description={t("telephony.trunks.fromUserText")}
          value={value.from_user}
          onChange={(from_user) => set({ from_user })}
        />
      </div>
      <SwitchField
        path="own_numbers"
        label={t("telephony.trunks.ownNumbers")}
        description={t("telephony.trunks.ownNumbersText")}
        value={value.own_numbers}
        onChange={(own_numbers) => set({ own_numbers })}
      />
      <SwitchField
        path="trust_identity"
        label={t("telephony.trunks.trust")}
        description={t("telephony.trunks.trustText")}
        value={value.trust_identity}
        onChange={(trust_identity) => set({ trust_identity })}
      />
    </>
  );
}

export function Calling({ value, set }: TrunkFields) {
  const { t } = useTranslation();
  return (
    <>
      <TagsField
        path="allowed"
        label={t("telephony.trunks.allowed")}
        description={t("telephony.trunks.allowedText")}
        value={value.allowed}
        onChange={(allowed) => set({ allowed })}
      />
      <TagsField
        path="denied"
        label={t("telephony.trunks.denied")}
        description={t("telephony.trunks.deniedText")}
        value={value.denied}
        onChange={(denied) => set({ denied })}
      />
      <div className={admin.grid}>
        <NumberField
          path="max_calls"
          optional
          label={t("telephony.trunks.maxCalls")}
          description={t("telephony.trunks.maxCallsText")}
          min={1}
          value={value.max_calls}
          onChange={(max_calls) => set({ max_calls })}
        />
        <NumberField
          path="calls_per_second"
          optional
          decimals={2}
          label={t("telephony.trunks.rate")}
          description={t("telephony.trunks.rateText")}
          min={0}
          value={value.calls_per_second}
          onChange={(calls_per_second) => set({ calls_per_second })}
        />
      </div>
    </>
  );
}

export function Audio({ value, set }: TrunkFields) {
  const { t } = useTranslation();
  return (
    <div className={admin.grid}>
      <ChoiceField
        path="codecs"
        label={t("telephony.trunks.codecs")}
        value={value.codecs.join(" ")}
        options={CODEC_CHOICES.map((choice) => ({ value: choice, label: t(`telephony.trunks.codecChoices.${choice}`) }))}
        onChange={(choice) => choice && set({ codecs: choice.split(" ") })}
      />
    </div>
  );
}
