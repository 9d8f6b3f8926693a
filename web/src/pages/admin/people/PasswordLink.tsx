import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { personPath } from "../../../hooks/people";
import type { Person } from "../../../lib/admin/people";
import { request } from "../../../lib/api";

/** Mails a link with which the person sets a password, or says how to make one where no mail can be sent. */
export function PasswordLink({ person }: { person: Person }) {
  const { t } = useTranslation();
  const link = useMutation({
    mutationFn: () => request<{ sent: boolean }>("POST", `${personPath(person.id)}/password-link`),
  });
  const said = link.isError
    ? link.error.message
    : link.data && t(link.data.sent ? "setup.people.linkSent" : "setup.people.linkNoMail", { email: person.email });
  return (
    <div>
      <Button variant="default" loading={link.isPending} onClick={() => link.mutate()}>
        {t("setup.people.link")}
      </Button>
      <Text size="sm" role="status" mt={said ? "xs" : 0}>
        {said}
      </Text>
    </div>
  );
}
