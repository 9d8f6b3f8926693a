import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { withTranslation, type WithTranslation } from "react-i18next";
import { Empty } from "./Sentence";

/** A page that fails to render says so and can be reloaded; the call's audio lives outside React and goes on. */
class Boundary extends Component<{ children: ReactNode } & WithTranslation, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    const { t, children } = this.props;
    if (!this.state.failed) return children;
    return (
      <Empty icon={<IconAlertTriangle size={32} aria-hidden />} title={t("error.page")}>
        <Button onClick={() => window.location.reload()}>{t("error.reload")}</Button>
      </Empty>
    );
  }
}

export const ErrorBoundary = withTranslation()(Boundary);
