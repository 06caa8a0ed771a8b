// The service worker: sends what waits in the outbox when the network is back, also with the page closed, and answers a
// reload without network by a page that says so. It keeps no page of the site: pages may hold a person's data.
import { deliver, forget, isTooOld, keep, waiting } from "./outbox.js";

const SHELF = `huiyin-${self.HUIYIN_BUILD}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(self.HUIYIN_OFFLINE)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("huiyin-") && name !== SHELF).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate")
    event.respondWith(fetch(request).catch(() => caches.match(self.HUIYIN_OFFLINE[0]).then((page) => page || Response.error())));
  else if (self.HUIYIN_OFFLINE.includes(new URL(request.url).pathname))
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
});

async function sendAll() {
  let isLeft = false;
  for (const item of await waiting()) {
    if (item.refused || isTooOld(item)) continue;
    const outcome = await deliver(item);
    if (outcome.state === "arrived") await forget(item.key);
    else if (outcome.state === "refused") await keep(Object.assign(item, { refused: outcome.html }));
    else isLeft = isLeft || outcome.state === "waits";
    const pages = await self.clients.matchAll({ type: "window" });
    pages.forEach((page) => page.postMessage({ item, outcome }));
  }
  if (isLeft) throw new Error("still no network"); // the browser tries again later
}

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(sendAll());
});
