/* Shows notices that are pushed while no page is open, and opens what they are about. */
/* global self */
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  if (!event.data) return;
  const { title, text, link, tag } = event.data.json();
  event.waitUntil(
    (async () => {
      const pages = await self.clients.matchAll({ type: "window" });
      // Whoever has a page before him sees the bell.
      if (pages.some((page) => page.focused)) return;
      await self.registration.showNotification(title, { body: text, tag, renotify: true, icon: "/icon.svg", data: { link } });
    })(),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = event.notification.data?.link ?? "/notices";
  event.waitUntil(
    (async () => {
      const [page] = await self.clients.matchAll({ type: "window" });
      if (!page) return self.clients.openWindow(link);
      await page.focus();
      return page.navigate(link);
    })(),
  );
});
