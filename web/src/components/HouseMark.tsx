import { useBranding } from "../hooks/house";
import styles from "./house.module.css";

/** The house's logo, or the product's sign and the house's name: above forms for who is not signed in. */
export function HouseMark() {
  const branding = useBranding();
  if (branding?.logo) {
    const { url, width, height } = branding.logo;
    return <img className={styles.logo} src={url} width={width} height={height} alt={branding.name} />;
  }
  return (
    <div className={styles.mark}>
      <img src="/icon.svg" width={44} height={44} alt="" />
      {branding?.name && <b>{branding.name}</b>}
    </div>
  );
}
