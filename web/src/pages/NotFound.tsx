import { IconError404 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "../components/Sentence";

export default function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty icon={<IconError404 size={40} aria-hidden />} title={t("error.notFound")}>
      <p>{t("error.forbidden")}</p>
    </Empty>
  );
}
