import "../../components/account.mantine.css";
import "../../i18n/account";
import { useTranslation } from "react-i18next";
import { useTitle } from "../../hooks/title";
import styles from "./account.module.css";
import { Keys } from "./Keys";
import { LinkedAccounts } from "./LinkedAccounts";
import { Passkeys } from "./Passkeys";
import { Notices } from "./Notices";
import { Password } from "./Password";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";

/** How one's own account is secured. */
export default function Account() {
  const { t } = useTranslation();
  useTitle(t("account.title"));
  return (
    <div className={styles.account}>
      <header>
        <h1>{t("account.title")}</h1>
        <p className="dim">{t("account.lead")}</p>
      </header>
      <Password />
      <SecondFactor />
      <Passkeys />
      <LinkedAccounts />
      <Sessions />
      <Keys />
      <Notices />
    </div>
  );
}
