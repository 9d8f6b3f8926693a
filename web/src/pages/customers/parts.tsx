import { IconStarFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./customers.module.css";

export function Tag({ word }: { word: string }) {
  return <span className={styles.tag}>{word}</span>;
}

export function Vip() {
  const { t } = useTranslation();
  return (
    <span className={`${styles.tag ?? ""} ${styles.vip ?? ""}`}>
      <IconStarFilled size={12} aria-hidden />
      {t("customers.vip")}
    </span>
  );
}

export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
