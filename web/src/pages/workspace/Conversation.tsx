import { IconHeadset } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { later } from "../../components/later";
import { Empty } from "../../components/Sentence";
import type { Desk } from "../../hooks/desk";
import type { WorkRow } from "../../lib/contract";
import { CallPanel } from "./CallPanel";
import styles from "./workspace.module.css";
import { WrapUpPanel } from "./WrapUpPanel";

const MessagePanel = later(() => import("./MessagePanel").then((file) => file.MessagePanel));

export function Conversation({ desk, selected }: { desk: Desk; selected: WorkRow | null }) {
  const { t } = useTranslation();
  if (!selected)
    return (
      <div className={styles.call} style={{ justifyContent: "center" }}>
        <Empty icon={<IconHeadset size={36} stroke={1.5} aria-hidden />} title={t("workspace.emptyConversation")}>
          <p>{t("workspace.emptyConversationText")}</p>
        </Empty>
      </div>
    );
  // The key starts each interaction with its own note, keypad and messages.
  if (selected.phase === "wrap_up" && selected.wrap_up)
    return <WrapUpPanel key={`${selected.id}-wrapup`} row={selected} wrapUp={selected.wrap_up} />;
  if (selected.phase === "open") return <MessagePanel key={`${selected.id}-message`} row={selected} />;
  return <CallPanel key={selected.id} row={selected} phone={desk.phone} />;
}
