import { Menu } from "@mantine/core";
import { IconClockHour4, IconPhonePlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { OwedQuestion } from "../../components/OwedDialogs";

interface OwedItemsProps {
  onAsk: (question: OwedQuestion) => void;
  /** Given for one that is not in line now. */
  onCallUp?: () => void;
}

/** What more can be done with a callback or a message. */
export function OwedItems({ onAsk, onCallUp }: OwedItemsProps) {
  const { t } = useTranslation();
  return (
    <>
      {onCallUp ? (
        <Menu.Item leftSection={<IconPhonePlus size={18} aria-hidden />} onClick={onCallUp}>
          {t("owed.callUp")}
        </Menu.Item>
      ) : (
        <Menu.Divider />
      )}
      <Menu.Item leftSection={<IconClockHour4 size={18} aria-hidden />} onClick={() => onAsk("later")}>
        {t(onCallUp ? "owed.otherTime" : "owed.putOff")}
      </Menu.Item>
      <Menu.Item leftSection={<IconTrash size={18} aria-hidden />} onClick={() => onAsk("cancel")}>
        {t("owed.cancel")}
      </Menu.Item>
    </>
  );
}
