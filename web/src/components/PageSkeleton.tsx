import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Stands in for a page while its code or its first answer is on the way. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="stack" style={{ padding: 24 }} role="status" aria-label={t("common.loading")}>
      <Skeleton height={24} width={180} />
      <Skeleton height={96} />
      <Skeleton height={240} />
    </div>
  );
}
