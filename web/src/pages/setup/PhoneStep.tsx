import { Anchor } from "@mantine/core";
import { IconDeviceLandlinePhone, IconHeadset, IconRouter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { StepProps } from "./Guide";
import { StepForm, useStep } from "./parts";
import styles from "./guide.module.css";

export function PhoneStep({ guide, onDone }: StepProps) {
  const { t } = useTranslation();
  const step = useStep(onDone);
  return (
    <StepForm step={step} ready fields={[]} word={t("house.guide.goOn")}>
      <ul className={styles.ways}>
        <li>
          <IconHeadset size={22} aria-hidden />
          <span>{t("house.guide.phone.browser")}</span>
        </li>
        <li>
          <IconDeviceLandlinePhone size={22} aria-hidden />
          <span>
            {t("house.guide.phone.desk")} {t("house.guide.phone.registered", { count: guide.facts.telephones })}{" "}
            <Anchor component={Link} to="/admin/telephones/new" size="sm" underline="always">
              {t("house.guide.phone.deskDo")}
            </Anchor>
          </span>
        </li>
        <li>
          <IconRouter size={22} aria-hidden />
          <span>
            {t("house.guide.phone.trunk")}{" "}
            <Anchor component={Link} to="/admin/trunks" size="sm" underline="always">
              {t("house.guide.phone.trunkDo")}
            </Anchor>
          </span>
        </li>
      </ul>
    </StepForm>
  );
}
