import { IconMessage, IconPhoneOutgoing } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isOwed } from "../lib/line";
import { Mark } from "./Mark";

/** What a contact is that is no call: a callback or a voicemail. Nothing for others. */
export function OwedMark({ channel }: { channel: string | undefined }) {
  const { t } = useTranslation();
  if (!isOwed(channel)) return null;
  const voicemail = channel === "voicemail";
  return (
    <span style={{ display: "inline-flex", verticalAlign: "middle" }}>
      <Mark icon={voicemail ? IconMessage : IconPhoneOutgoing} tone="violet">
        {t(voicemail ? "owed.voicemail" : "owed.callback")}
      </Mark>
    </span>
  );
}
